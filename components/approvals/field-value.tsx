import { JsonView } from '@/components/ui/json-view';
import { SafeText } from '@/components/ui/safe-text';
import type { Json } from '@/lib/domain/json';

const foldedOver = 1200; // characters

/** One argument as it is: text with everything invisible made visible, numbers and truth values set apart from text. */
export function FieldValue({ value, label }: { value: Json; label: string }) {
  if (typeof value === 'string') {
    if (value === '') return <span className="text-faint italic">empty text</span>;
    if (value.length > foldedOver) {
      return (
        <details className="group/long">
          <summary className="list-none rounded-sm">
            <span className="whitespace-pre-wrap wrap-anywhere group-open/long:hidden">
              <SafeText lines>{value.slice(0, foldedOver / 3)}</SafeText>…{' '}
            </span>
            <span className="text-sm underline decoration-line-control underline-offset-3">
              <span className="group-open/long:hidden">{`Show all ${value.length.toLocaleString('en')} characters`}</span>
              <span className="hidden group-open/long:inline">Show less</span>
            </span>
          </summary>
          <span className="whitespace-pre-wrap wrap-anywhere">
            <SafeText lines>{value}</SafeText>
          </span>
        </details>
      );
    }
    return (
      <span className="whitespace-pre-wrap wrap-anywhere">
        <SafeText lines>{value}</SafeText>
      </span>
    );
  }
  if (value === null) return <span className="font-mono text-faint text-sm">null</span>;
  if (typeof value !== 'object') return <span className="font-mono text-sm">{String(value)}</span>;
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 12 &&
    value.every((item) => typeof item === 'string')
  ) {
    return (
      <ul className="grid gap-0.5">
        {value.map((item, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of one value never move
          <li key={place} className="wrap-anywhere before:pr-2 before:text-faint before:content-['–']">
            <SafeText>{item}</SafeText>
          </li>
        ))}
      </ul>
    );
  }
  return <JsonView value={value} label={label} />;
}
