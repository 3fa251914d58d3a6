import { numberSetting, runSimulator, setting } from '../shared/process';
import { startFakeGemini } from './server';
import { parseSwitches } from './switches';

// The simulator as a process of its own. Each setting is an environment variable or an argument of the same name in
// lower case (`--port=4010`): PORT (default: any), SCENARIOS (names of scripted agents, separated by commas; default
// all), SWITCHES (JSON), SEED.
runSimulator(async () => {
  const port = numberSetting('PORT');
  const scenarios = setting('SCENARIOS');
  const switches = setting('SWITCHES');
  const seed = numberSetting('SEED');
  return startFakeGemini({
    ...(port === null ? {} : { port }),
    ...(scenarios === null ? {} : { scenarios: scenarios.split(',').map((name) => name.trim()) }),
    ...(switches === null ? {} : { switches: parseSwitches(JSON.parse(switches)) }),
    ...(seed === null ? {} : { seed }),
    allowProductionNodeEnv: process.argv.includes('--allow-production-node-env'),
  });
});
