import { maxFaults, type Report } from '@/lib/domain/proof/report';

const verdicts: Readonly<Record<Report['verdict'], string>> = {
  verified: 'VERIFIED',
  failed: 'NOT VERIFIED',
  unchecked: 'NOT FULLY CHECKED',
};

/** A report for a terminal: what was found first, what it is about after it, and the verdict where the eye ends. */
export function reportText(report: Report, file: string): string {
  const { title, facts, checked, faults, faultCount, open, notChecked, verdict } = report;
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  const more = faultCount > maxFaults ? [`… and ${faultCount - maxFaults} more`] : [];
  const parts = [
    [`${title}: ${file}`],
    facts.map(([name, value]) => `  ${name.padEnd(width)}  ${printable(value)}`),
    section('Wrong', [...faults.map(({ code, message }) => `${message} [${code}]`), ...more]),
    section('Checked', checked),
    section('Could not be checked', open),
    section('Not shown by this', notChecked),
    [`${verdicts[verdict]}${faultCount > 0 ? `: ${faultCount === 1 ? 'one fault' : `${faultCount} faults`}` : ''}`],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [name, ...lines.map((line) => `  - ${printable(line)}`)];
}

// A file is anybody's: what it says must not steer the terminal.
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
