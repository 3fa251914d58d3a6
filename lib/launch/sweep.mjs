// Stops the embedded database after a command that was killed: started by one of its processes (see leash.mjs), it waits
// until that one has ended, too.
import { isAlive, signature } from './lock.mjs';
import { leaveServer } from './postgres.mjs';
import { pause } from './stop.mjs';

const lastUser = signature(Number(process.argv[2]));
for (const end = Date.now() + 30_000; isAlive(lastUser) && Date.now() < end; ) await pause(100);
await leaveServer();
