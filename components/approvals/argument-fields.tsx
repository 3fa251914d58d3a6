import { Badge } from '@/components/ui/badge';
import { cx } from '@/components/ui/cx';
import { SafeText } from '@/components/ui/safe-text';
import type { FieldView, ReviewActions } from '@/lib/approvals/views';
import { FieldValue } from './field-value';
import { MaskedValue } from './masked-value';

/** Arguments as labelled fields, the schema's names and explanations beside what the model gave. */
export function ArgumentFields({
  approvalId,
  fields,
  reveal,
  mayReveal,
  className,
}: {
  approvalId: string;
  fields: readonly FieldView[];
  reveal: ReviewActions['reveal'];
  mayReveal: boolean;
  className?: string;
}) {
  if (fields.length === 0) return <p className={cx('text-faint', className)}>The call carries no arguments.</p>;
  return (
    <dl className={cx('@container', className)}>
      {fields.map((field) => (
        <div
          key={field.pointer}
          className="grid gap-x-6 gap-y-1 border-line border-b py-2.5 last:border-b-0 @lg:grid-cols-[12rem_minmax(0,1fr)]"
        >
          <dt className="min-w-0 wrap-anywhere">
            <span className={field.risk ? 'font-medium' : 'text-muted'}>
              <SafeText>{field.label}</SafeText>
            </span>
            {(field.path.length > 1 || field.label !== field.path.at(-1)) && (
              <span className="block font-mono text-faint text-xs">
                <SafeText>{field.path.join('.')}</SafeText>
              </span>
            )}
          </dt>
          <dd className="flex min-w-0 flex-wrap items-start gap-x-4 gap-y-1">
            <div className="min-w-0 flex-1 basis-56">
              <div className={field.risk ? 'font-medium' : undefined}>
                <Value approvalId={approvalId} field={field} reveal={reveal} mayReveal={mayReveal} />
              </div>
              {field.description !== null && (
                <p className="text-faint text-sm">
                  <SafeText>{field.description}</SafeText>
                </p>
              )}
            </div>
            <Marks field={field} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({
  approvalId,
  field,
  reveal,
  mayReveal,
}: {
  approvalId: string;
  field: FieldView;
  reveal: ReviewActions['reveal'];
  mayReveal: boolean;
}) {
  if (!field.present) {
    return <span className="text-faint">{field.required ? 'Missing, though it is required' : 'Not given'}</span>;
  }
  if (field.masked) {
    if (!mayReveal) return <span className="text-faint">Masked</span>;
    return <MaskedValue approvalId={approvalId} pointer={field.pointer} label={field.label} reveal={reveal} />;
  }
  return <FieldValue value={field.value} label={field.label} />;
}

function Marks({ field }: { field: FieldView }) {
  const marks = [
    field.risk && (
      <Badge key="risk" tone="warning">
        Risk
      </Badge>
    ),
    field.edited && (
      <Badge key="edited" tone="info">
        Edited
      </Badge>
    ),
    field.present && !field.declared && <Badge key="undeclared">Not declared</Badge>,
    field.present && typeof field.value === 'string' && !field.masked && looksLikeAnother(field.value) && (
      <Badge key="text">Text</Badge>
    ),
  ].filter(Boolean);
  return marks.length === 0 ? null : <span className="flex shrink-0 flex-wrap gap-1">{marks}</span>;
}

// "12" and 12 look the same on a page and are not the same to a function.
function looksLikeAnother(value: string): boolean {
  return /^(-?\d+(\.\d+)?|true|false|null)$/.test(value.trim());
}
