import { Kbd } from '@/components/ui/kbd';

/** What stands inside the box that filters the inbox: its sign, and the key that leads there. Made on the server, as the rows are. */
export function FilterMarks() {
  return (
    <>
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-faint"
      >
        <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.5-1.5L14 14" strokeWidth="1.25" />
      </svg>
      <span className="pointer-events-none absolute inset-y-0 right-2 flex items-center text-faint pointer-coarse:hidden">
        <Kbd keys="/" />
      </span>
    </>
  );
}
