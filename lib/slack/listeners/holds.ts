import type { App, Context } from '@slack/bolt';
import type { AuditContext } from '@/lib/domain/audit';
import type { Hold } from '@/lib/domain/hold';
import { can, type Person } from '@/lib/domain/person';
import { namedPlace } from '@/lib/holds/find';
import { hold, refuseHold, release } from '@/lib/holds/holds';
import { type HoldView, holdViews } from '@/lib/holds/view';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { holdModal, parseHoldModal } from '../blocks/hold-modal';
import { cut, oneLine, plainDate } from '../blocks/text';
import { failureOf } from '../failures';
import { type Account, identify, recordRefusal } from '../identity';
import { clientsFor, type Installation } from '../installations';
import { inputText, parsePayload, type ViewPayload } from '../payloads';
import { refusalBlocks, troubleText } from './actor';
import { type Answer, answerLate, saying, wrong } from './answer';
import type { Reply } from './command';

const acts = { stop: 'stop', release: 'release', status: 'status' } as const;
type Act = keyof typeof acts;
type Words = Readonly<{ act: Act; rest: string }>;

/** `stop …`, `release …` and `status`, with the words after them; null: another command. */
export function holdWords(text: string): Words | null {
  const [, verb = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? [];
  const act = verb.toLowerCase();
  // Slack writes these three as entities in what is typed behind a command.
  const typed = rest.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();
  return Object.hasOwn(acts, act) ? { act: acts[act as Act], rest: typed } : null;
}

/** Opens the form that asks for the reason (null), or says why not. Only linked admins get that far; others are on record. */
export async function replyToHold(
  services: Services,
  installation: Installation,
  account: Account & { teamId: string },
  { act, rest, triggerId }: Words & { triggerId: string },
): Promise<Reply | null> {
  const identity = await identify(services, installation, account);
  const context = contextOf(installation, account, identity.ok ? identity.method : null);
  if (!identity.ok) {
    await recordRefusal(services, { context, reason: identity.reason, approvalId: null });
    return { text: identity.text, blocks: await refusalBlocks(services, installation, account, identity) };
  }
  const { person } = identity;
  if (act === 'status') {
    if (!can(person, 'settings.manage')) return { text: 'Only admins may ask what is stopped.' };
    return { text: statusText(await holdViews(services)) };
  }
  const named = await namedPlace(services, rest);
  if (named.kind !== 'found') {
    if (!can(person, 'settings.manage')) {
      return { text: await refuseHold(services, act, { scope: 'everything', key: '' }, person, context) };
    }
    return {
      text:
        named.kind === 'ambiguous'
          ? `A function and an agent are called that. Write /countersign ${act} function … or /countersign ${act} agent …`
          : `There is no function or agent called ${shown(named.name)}. Nothing changed. /countersign status says what is stopped.`,
    };
  }
  const { place, name } = named;
  if (!can(person, 'settings.manage')) {
    return { text: await refuseHold(services, act, place, person, context) };
  }
  const held = await holdViews(services);
  const found = held.find(({ scope, key }) => scope === place.scope && key === place.key);
  if (act === 'stop' && found) return { text: `${capital(shown(name))} is stopped already, ${byWords(found)}` };
  if (act === 'release' && !found) {
    return {
      text:
        held.length === 0
          ? 'Nothing is stopped.'
          : `${capital(shown(name))} is not stopped. ${statusText(held)}\nName one: /countersign release …`,
    };
  }
  try {
    const { interactive } = clientsFor(services, installation);
    await interactive.views.open({ trigger_id: triggerId, view: holdModal(act, place, name) });
    return null;
  } catch (error) {
    log.warn({ error: failureOf(error).error }, 'slack.modal_not_opened');
    return { text: 'Slack took too long to open the form. Nothing changed; write the command again.' };
  }
}

/** The forms that a command opened. Who sends one, and what is stopped meanwhile, is looked at again. */
export function registerHolds(app: App, services: Services): void {
  for (const act of ['stop', 'release'] as const) {
    app.view(`hold.${act}`, async ({ ack, body, context }) => {
      const payload = parsePayload(body);
      if (payload?.kind !== 'submission') return;
      const installation = context.installation as Installation;
      const answer = await submitted(services, installation, act, payload.body).catch((error: unknown): Answer => {
        log.error({ err: error, view: `hold.${act}` }, 'slack.submission_failed');
        return saying('Nothing changed', troubleText);
      });
      const late = isLate(context);
      await ack(answer as never); // Bolt's types know no view with a header block
      if (late) await answerLate(services, installation, payload.body.view.id, answer);
    });
  }
}

async function submitted(
  services: Services,
  installation: Installation,
  act: 'stop' | 'release',
  body: ViewPayload,
): Promise<Answer> {
  const account = { userId: body.user.id, teamId: body.user.team_id ?? null };
  const place = parseHoldModal(body.view.private_metadata ?? undefined);
  if (place === null) return saying('Out of date', 'This form is of an older version, so nothing changed.');
  const identity = await identify(services, installation, account);
  const context = contextOf(installation, account, identity.ok ? identity.method : null);
  if (!identity.ok) {
    await recordRefusal(services, { context, reason: identity.reason, approvalId: null });
    return saying('Nothing changed', identity.text);
  }
  const person: Person = identity.person;
  if (!can(person, 'settings.manage')) {
    return saying('Nothing changed', await refuseHold(services, act, place, person, context));
  }
  const reason = inputText(body, 'reason') ?? '';
  const change = act === 'stop' ? hold : release;
  const outcome = await change(services, { ...place, reason }, person, context);
  if (outcome.kind === 'refused') return wrong('reason', outcome.message);
  return saying(
    outcome.kind === 'unchanged' ? 'Nothing changed' : act === 'stop' ? 'Stopped' : 'Released',
    outcome.message,
  );
}

function contextOf(installation: Installation, account: Account, link: string | null): AuditContext {
  return {
    surface: 'slack',
    slack: {
      team: account.teamId ?? installation.teamId ?? installation.enterpriseId ?? '',
      user: account.userId,
      ...(link === null ? {} : { link }),
    },
  };
}

function statusText(holds: readonly HoldView[]): string {
  if (holds.length === 0) return 'Nothing is stopped.';
  const kinds = { everything: '', tool: 'function ', agent: 'agent ' };
  const lines = holds.slice(0, 20).map((one) => `${kinds[one.scope]}${shown(one.name)}, ${byWords(one)}`);
  const rest = holds.length - lines.length;
  return ['Stopped:', ...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

function byWords({ by, since, reason }: Hold): string {
  return `by ${shown(by)} since ${plainDate(since)}${reason === '' ? '' : `: ${shown(reason)}`}`;
}

// Names and reasons are other people's words: on one line, and never longer than the line is worth.
function shown(text: string): string {
  return cut(oneLine(text), 150);
}

function capital(text: string): string {
  return text === 'everything' ? 'Everything' : text;
}

function isLate(context: Context): boolean {
  return typeof context.isLate === 'function' && (context.isLate as () => boolean)();
}
