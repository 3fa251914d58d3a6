import { openApiDocument } from '@/lib/api/openapi';
import { methods } from '@/lib/http';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(_request: Request) {
    return new Response(JSON.stringify(openApiDocument(services().env.appUrl)), {
      headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' },
    });
  },
});
