/** Our mark: a stroke, and the same stroke turned half round that answers it. The second one carries the accent. */
export function Mark({ className = 'size-4' }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" fill="none" strokeWidth="2" className={`shrink-0 ${className}`}>
      <path d="M1.75 12.75 7.25 2.9l2.3 4" stroke="currentColor" />
      <path d="M14.25 3.25 8.75 13.1l-2.3-4" className="stroke-accent" />
    </svg>
  );
}

/** The mark with the name. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-base tracking-[-0.015em]">
      <Mark className="size-5" />
      Countersign
    </span>
  );
}
