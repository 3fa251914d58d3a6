import type { Services } from '@/lib/services';

export async function openSocket(_services: Services, _appToken: string): Promise<{ stop(): Promise<void> }> {
  return { stop: async () => undefined };
}
