import { CopyButton } from '@/components/ui/copy-button';

/** A secret that is shown this one time, ready to be copied. */
export function SecretOnce({ label, value, children }: { label: string; value: string; children?: React.ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <p className="font-medium text-sm">{label}</p>
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-3">
        <output className="min-w-0 flex-1 select-all wrap-anywhere font-mono text-sm" aria-label={label}>
          {value}
        </output>
        <CopyButton value={value} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <p className="text-faint text-sm">{children ?? 'It is shown this once. Copy it now and hand it over safely.'}</p>
    </div>
  );
}
