import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const root = path.resolve(fileURLToPath(import.meta.url), '../../..');

export const inRoot = (...parts) => path.join(root, ...parts);

/** The Node that the lock file pins; every process of ours runs on it, whatever Node the machine has. */
export const pinnedNode = inRoot('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Where the embedded database, secrets and logs live; absolute. Read late: an .env file may set it. */
export const dataDir = () => path.resolve(root, process.env.DATA_DIR || '.data');
export const demoDir = () => path.join(dataDir(), 'demo');

/** Locks on the project itself (packages, build) stay in one place, whatever DATA_DIR a command has. */
export const projectLock = (name) => inRoot('.data/locks', name);

/** Something the person who runs the command can put right: printed as it stands, without a stack. */
export class Problem extends Error {
  name = 'Problem';
}
