import { numberSetting, runSimulator, setting } from '../shared/process';
import { startFakeSlack } from './server';
import { switchesSchema } from './switches';

// The simulator as a process of its own. Each setting is an environment variable or an argument of the same name in
// lower case (`--port=4020`): PORT (default: any), APP_URL, SIGNING_SECRET, TOKEN (the bot's), APP_TOKEN, APP_NAME,
// CLIENT_ID, CLIENT_SECRET, SWITCHES (JSON), SEED.
runSimulator(async () => {
  const text = {
    appUrl: setting('APP_URL'),
    signingSecret: setting('SIGNING_SECRET'),
    token: setting('TOKEN'),
    appToken: setting('APP_TOKEN'),
    clientId: setting('CLIENT_ID'),
    clientSecret: setting('CLIENT_SECRET'),
    appName: setting('APP_NAME'),
  };
  const given = Object.fromEntries(Object.entries(text).filter(([, value]) => value !== null));
  const port = numberSetting('PORT');
  const seed = numberSetting('SEED');
  const switches = setting('SWITCHES');
  return startFakeSlack({
    ...given,
    ...(port === null ? {} : { port }),
    ...(seed === null ? {} : { seed }),
    ...(switches === null ? {} : { switches: parseSwitches(switches) }),
    allowProductionNodeEnv: process.argv.includes('--allow-production-node-env'),
  });
});

function parseSwitches(text: string): object {
  return switchesSchema.partial().parse(JSON.parse(text));
}
