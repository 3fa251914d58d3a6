// lib/approvals/inbox-store.ts counts no further.
const countedAtMost = 100;

/** How many requests need the person; past the count's limit it says so with a plus. */
export function InboxCount({ value, label = 'need you' }: { value: number; label?: string }) {
  if (value === 0) return null;
  const text = value >= countedAtMost ? `${countedAtMost - 1}+` : String(value);
  return (
    <span className="inline-grid h-5 min-w-5 place-items-center rounded-sm bg-selected px-1 font-medium text-ink text-xs tabular-nums">
      {text}
      <span className="sr-only">{` ${label}`}</span>
    </span>
  );
}
