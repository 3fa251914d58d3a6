import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from './project.mjs';

/**
 * SHA-256 over the names and contents of files and whole folders of the project; what is absent counts as absent.
 * @type {(names: string[], options?: { except?: string[] }) => string}
 */
export const fingerprint = (names, { except = [] } = {}) => {
  const hash = createHash('sha256');
  for (const name of names.flatMap((entry) => filesIn(entry, except))) {
    hash
      .update(`${name}\0`)
      .update(fs.readFileSync(inRoot(name)))
      .update('\0');
  }
  return hash.digest('hex');
};

/** What was noted for a finished step, or null: a step whose stamp still matches has nothing to do. */
export function readStamp(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

export function writeStamp(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${value}\n`);
}

function filesIn(name, except) {
  if (except.includes(name)) return [];
  const found = fs.statSync(inRoot(name), { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [name];
  return fs
    .readdirSync(inRoot(name))
    .sort()
    .flatMap((entry) => filesIn(`${name}/${entry}`, except));
}
