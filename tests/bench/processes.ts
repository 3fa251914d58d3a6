import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** A process and all that it started, itself first. */
export function familyOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const [own, parent] of rows)
      if (own !== undefined && parent !== undefined && family.has(parent)) family.add(own);
  }
  return [...family];
}

/**
 * Processor time that a process has used, in milliseconds; null where the system does not tell. Unlike a latency it says
 * little of who else wanted the processor, so it can be compared from one run to the next.
 */
export function processorMs(pid: number): number | null {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * msATick;
  } catch {
    return null;
  }
}

const msATick = 10; // Linux shows clock ticks of 1/100 s in /proc, whatever its own are

/** Memory of a process in kilobytes; a page that several share counts for each in part, where the system tells. */
export function residentKB(pid: number): number {
  try {
    const share = /^Pss:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    if (share !== undefined) return Number(share);
  } catch {
    // Not Linux: the sum over several processes is an upper bound then.
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim());
}
