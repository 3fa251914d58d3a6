import { runVerify } from './verify-file';

// A program of its own: it must run where there is no database, no settings and no network.
process.exitCode = await runVerify(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
});
