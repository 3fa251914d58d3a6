import { services } from '@/lib/services';
import { openSlackDoor } from './slack-door';

// A second process that takes Slack's requests, on PORT, until it is killed.
await openSlackDoor(services(), Number(process.env.PORT));
