import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import type { Hold } from '@/lib/domain/hold';

/** By whom, since when and why. */
export function HoldWords({ hold: { by, since, reason } }: { hold: Hold }) {
  return (
    <p className="min-w-0 text-muted text-sm wrap-anywhere">
      {`By ${by}, `}
      <Time value={since} />
      {reason === '' ? '.' : ': '}
      <SafeText>{reason}</SafeText>
    </p>
  );
}
