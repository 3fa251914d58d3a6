import { Glyph } from '@/components/ui/glyph';

export type ShownProblem = Readonly<{ path: string; message: string; line?: number | null }>;

/** What is wrong with a policy, and where. */
export function ProblemList({ problems }: { problems: readonly ShownProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul aria-label="Problems" className="grid gap-1 text-danger text-sm">
      {problems.map(({ path, message, line }) => (
        <li key={`${path} ${message}`} className="flex min-w-0 gap-1.5">
          <Glyph name="warning" className="mt-1" />
          <span className="min-w-0 wrap-anywhere">
            {line ? `Line ${line}: ` : path !== '' && `${path}: `}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
