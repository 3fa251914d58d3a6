import type { App, Context } from '@slack/bolt';
import type { Ballot } from '@/lib/domain/approval';
import { argumentProblems } from '@/lib/domain/arguments';
import type { AuditContext } from '@/lib/domain/audit';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { valueAt } from '@/lib/domain/masking';
import { wrongText } from '@/lib/http';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { type ModalState, modalState, modalStateMax, parseModal } from '../blocks/button';
import { type Change, editCheckModal, editModal, fieldErrors, readField, receiptModal } from '../blocks/modals';
import { type Identity, identify, recordRefusal } from '../identity';
import type { Installation } from '../installations';
import { inputText, parsePayload, type ViewPayload } from '../payloads';
import type { EditField, SlackView } from '../view';
import { troubleText } from './actor';
import { type Answer, answerLate, saying, wrong } from './answer';
import { type Act, castInSlack, repairCopy, type Said, shownRequest, undoOf } from './decide';

type Submission = Readonly<{
  installation: Installation;
  userId: string;
  teamId: string | null;
  state: ModalState;
  body: ViewPayload;
  isLate: () => boolean;
}>;

/** Every form of ours. */
export function registerSubmissions(app: App, services: Services): void {
  const on = (callbackId: string, submit: (submission: Submission) => Promise<Answer>) => {
    app.view(callbackId, async ({ ack, body, context }) => {
      const submission = submissionOf(body, context);
      const answer = submission === null ? outOfDate : await guarded(submission, submit);
      const late = submission?.isLate() ?? false;
      await ack(answer as never); // Bolt's types know no view with a header block
      if (late && submission) await answerLate(services, submission.installation, submission.body.view.id, answer);
    });
  };
  on('approval.reject', (submission) => reject(services, submission));
  on('approval.answer', (submission) => answerCall(services, submission));
  on('approval.view', (submission) => approveInFull(services, submission));
  on('approval.edit', (submission) => checkEdit(services, submission));
  on('approval.edit_check', (submission) => approveEdit(services, submission));
}

async function guarded(submission: Submission, submit: (submission: Submission) => Promise<Answer>): Promise<Answer> {
  try {
    return await submit(submission);
  } catch (error) {
    log.error({ err: error, view: submission.body.view.callback_id }, 'slack.submission_failed');
    return saying('Not recorded', troubleText);
  }
}

async function reject(services: Services, submission: Submission): Promise<Answer> {
  const reason = (inputText(submission.body, 'reason') ?? '').trim();
  const next = inputText(submission.body, 'next');
  if (reason.length < 3) return wrong('reason', 'Please say what is wrong, in at least three characters.');
  if (reason.length > 1_000) return wrong('reason', 'At most 1,000 characters.');
  const bad = wrongText(reason);
  if (bad !== null) return wrong('reason', bad);
  if (next !== 'stop' && next !== 'retry_differently' && next !== 'ask') return wrong('next', 'Choose one.');
  return decide(services, submission, 'reject', (callHash) => ({ callHash, verdict: 'reject', reason, next }));
}

async function answerCall(services: Services, submission: Submission): Promise<Answer> {
  const text = (inputText(submission.body, 'result') ?? '').trim();
  if (text === '') return wrong('result', 'Give the result.');
  const bad = wrongText(text);
  if (bad !== null) return wrong('result', bad);
  const parsed = text.startsWith('{') ? jsonIn(text) : text;
  if (parsed === null)
    return wrong('result', 'This begins like a JSON object but is not one. Correct it, or write text.');
  return decide(services, submission, 'answer', (callHash) => ({
    callHash,
    verdict: 'answer',
    result: parsed,
    note: null,
  }));
}

async function approveInFull(services: Services, submission: Submission): Promise<Answer> {
  return decide(services, submission, 'approve_in_full', (callHash) => ({
    callHash,
    verdict: 'approve',
    arguments: null,
    note: null,
  }));
}

async function checkEdit(services: Services, submission: Submission): Promise<Answer> {
  const access = await mayAct(services, submission, 'edit');
  if (!access.ok) return access.answer;
  const { view, approval } = access;
  const fields = view.fields;
  if (fields === null) return saying('Use the browser', 'Slack cannot hold these arguments. Edit them in the browser.');
  const errors: Record<string, string> = {};
  const changes: [number, Json][] = [];
  fields.forEach((field, index) => {
    const entry = readField(field, inputText(submission.body, `f:${index}`));
    if (entry.kind === 'wrong') errors[`f:${index}`] = entry.message;
    else if (entry.kind === 'changed') {
      const bad = typeof entry.value === 'string' ? wrongText(entry.value) : null;
      if (bad === null) changes.push([index, entry.value]);
      else errors[`f:${index}`] = bad;
    } else if (entry.kind === 'removed') changes.push([index, null]);
  });
  if (Object.keys(errors).length > 0) return { response_action: 'errors', errors };
  if (changes.length === 0)
    return {
      response_action: 'update',
      view: editModal(
        view,
        fields,
        submission.state,
        'Nothing is changed. To approve it as it is, close this and press Approve.',
      ),
    };

  const edited = withChanges(approval.call.arguments, fields, changes);
  const problems = argumentProblems(edited, approval.schema);
  if (problems.length > 0) return { response_action: 'errors', errors: { ...fieldErrors(fields, problems) } };
  const state: ModalState = { ...submission.state, changes };
  if (modalState(state).length > modalStateMax) {
    return wrong(`f:${changes[0]?.[0] ?? 0}`, 'These changes are too long for Slack. Make them in the browser.');
  }
  return {
    response_action: 'push',
    view: editCheckModal(view, diff(approval.call.arguments, edited, fields, changes), state),
  };
}

async function approveEdit(services: Services, submission: Submission): Promise<Answer> {
  const access = await mayAct(services, submission, 'edit');
  if (!access.ok) return access.answer;
  const { view, approval, identity, context } = access;
  const changes = (submission.state.changes ?? []).map(([index, value]): [number, Json] => [index, value as Json]);
  if (view.fields === null || changes.length === 0) return outOfDate;
  const edited = withChanges(approval.call.arguments, view.fields, changes);
  const said = await castInSlack(services, {
    approval,
    view,
    ballot: { callHash: approval.callHash, verdict: 'approve', arguments: edited, note: null },
    by: identity.person,
    context,
  });
  return finish(services, submission, view, said);
}

async function decide(
  services: Services,
  submission: Submission,
  act: Act,
  ballotFor: (callHash: string) => Ballot,
): Promise<Answer> {
  const access = await mayAct(services, submission, act);
  if (!access.ok) return access.answer;
  const { view, approval, identity, context } = access;
  const ballot = ballotFor(approval.callHash);
  const said = await castInSlack(services, { approval, view, ballot, by: identity.person, context });
  return finish(services, submission, view, said);
}

async function finish(services: Services, submission: Submission, view: SlackView, said: Said): Promise<Answer> {
  if (said.kind === 'done') {
    return { response_action: 'update', view: receiptModal(said.text, undoOf(said, view.revision)) };
  }
  await repairCopy(services, submission.installation, placeOfState(submission.state), view.id);
  return saying(said.title, said.text);
}

type Access =
  | ({ ok: true; identity: Extract<Identity, { ok: true }>; context: AuditContext } & Omit<
      Extract<Awaited<ReturnType<typeof shownRequest>>, { ok: true }>,
      'ok'
    >)
  | { ok: false; answer: Answer };

// What the modal carried came back unchanged; who sends it, and what has happened since, is looked at again.
async function mayAct(services: Services, submission: Submission, act: Act): Promise<Access> {
  const { installation, state } = submission;
  const identity = await identify(services, installation, submission);
  const context: AuditContext = {
    surface: 'slack',
    slack: {
      team: submission.teamId ?? installation.teamId ?? installation.enterpriseId ?? '',
      user: submission.userId,
      ...(state.c ? { channel: state.c } : {}),
      ...(state.ts ? { message: state.ts } : {}),
      ...(identity.ok ? { link: identity.method } : {}),
    },
  };
  if (!identity.ok) {
    await recordRefusal(services, { context, reason: identity.reason, approvalId: state.a });
    return { ok: false, answer: saying('Not recorded', identity.text) };
  }
  const shown = await shownRequest(services, state, act, { by: identity.person, context });
  if (!shown.ok) {
    if (shown.url) await repairCopy(services, installation, placeOfState(state), state.a);
    return { ok: false, answer: saying(shown.said.title, shown.said.text, shown.url) };
  }
  const { view, approval } = shown;
  return { ok: true, identity, context, view, approval };
}

function submissionOf(body: unknown, context: Context): Submission | null {
  const payload = parsePayload(body);
  if (payload?.kind !== 'submission') return null;
  const state = parseModal(payload.body.view.private_metadata ?? undefined);
  if (state === null) return null;
  return {
    installation: context.installation as Installation,
    userId: payload.body.user.id,
    teamId: payload.body.user.team_id ?? null,
    state,
    body: payload.body,
    isLate: typeof context.isLate === 'function' ? (context.isLate as () => boolean) : () => false,
  };
}

// Of a modal we know only where it was opened from; whether that message is ours was seen when it was.
function placeOfState(state: ModalState): { channel: string; ts: string; ours: boolean } | null {
  return state.c !== null && state.ts !== null ? { channel: state.c, ts: state.ts, ours: true } : null;
}

/** The arguments with some fields replaced; null takes a field away, since no input of ours can say JSON's null. */
function withChanges(
  args: JsonObject,
  fields: readonly EditField[],
  changes: readonly (readonly [number, Json])[],
): JsonObject {
  return changes.reduce<JsonObject>((before, [index, value]) => {
    const field = fields[index];
    return field === undefined ? before : put(before, pathOf(field.pointer), value);
  }, args);
}

function put(target: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  if (key === undefined) return target;
  if (rest.length > 0) {
    const inner = Object.hasOwn(target, key) ? target[key] : undefined;
    return { ...target, [key]: put(isJsonObject(inner) ? inner : {}, rest, value) };
  }
  if (value !== null) return { ...target, [key]: value };
  const { [key]: _taken, ...others } = target;
  return others;
}

function diff(
  before: JsonObject,
  after: JsonObject,
  fields: readonly EditField[],
  changes: readonly (readonly [number, Json])[],
): readonly Change[] {
  return changes.flatMap(([index]) => {
    const field = fields[index];
    if (field === undefined) return [];
    const path = pathOf(field.pointer);
    return [{ label: field.label, before: valueAt(before, path), after: valueAt(after, path) }];
  });
}

function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function jsonIn(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

const outOfDate: Answer = saying(
  'Out of date',
  'This form is of an older version, so nothing was recorded. Open the request again.',
);
