import type { HoldScope } from './hold';
import type { JsonObject } from './json';

/** Who did it. */
export type Actor = Readonly<{
  type: 'person' | 'api_key' | 'rule' | 'system' | 'gemini' | 'slack'; // slack: an account that is no person here
  id: string;
  name: string;
}>;

/** What it was done to. */
export type Target = Readonly<{
  type:
    | 'approval'
    | 'run'
    | 'interaction'
    | 'pause'
    | 'agent'
    | 'tool'
    | 'person'
    | 'group'
    | 'invitation'
    | 'api_key'
    | 'event'
    | 'setting'
    | 'webhook'
    | 'audit'
    | 'signing_key'
    | 'policy'
    | 'slack';
  id: string;
  name?: string;
}>;

/** From where. */
export type AuditContext = Readonly<{
  surface: 'web' | 'slack' | 'api' | 'worker' | 'webhook' | 'cli';
  ip?: string;
  userAgent?: string;
  keyId?: string; // the API key in a person's name
  slack?: SlackContext;
}>;

/** Where in Slack, by ids alone: names there can be changed by anyone. */
export type SlackContext = Readonly<{
  team: string;
  user: string;
  channel?: string;
  message?: string;
  action?: string; // Slack's time of the click
  link?: string; // how the account was tied to the person
}>;

/** What each action carries beside actor, targets and context. Values are short facts: never arguments, bodies or secrets. */
export type AuditFacts = {
  'event.received': { type: string | null; scheme: string; outcome: string };
  'event.refused': { sender: string; reason: string; count: number; minute: string };
  'event.replayed': { type: string | null };
  'run.started': { agent: string | null; requester: string | null };
  'run.registered': { agent: string | null; requester: string | null };
  'run.adopted': { agent: string };
  'run.seen': { reason: string };
  'run.start_refused': { message: string };
  'run.start_unclear': { message: string };
  'run.start_settled': { action: string; interaction: string | null; fromRun: string | null; reason: string };
  'run.start_settle_refused': { action: string; message: string };
  'run.ended': { status: string };
  'run.lost': { message: string };
  'pause.opened': { calls: number };
  'approval.opened': { tool: string; tier: number; callHash: string; rule: string; policyVersion: number };
  'rule.failed': { tool: string; rule: string; policyVersion: number; problem: string };
  'approval.viewed': { tool: string };
  'approval.revealed': { tool: string; field: string };
  'vote.cast': {
    for?: string;
    verdict: string;
    argumentsHash: string;
    changed: boolean;
    settled: boolean;
    passkeyHash?: string;
  };
  'vote.refused': { verdict: string; reason: string };
  'approval.decided': {
    status: string;
    tool: string;
    callHash: string;
    argumentsHash: string;
    rule: string;
    policyVersion: number;
  };
  'approval.undone': { tool: string };
  'approval.expired': { tool: string; deadline: string };
  'approval.extended': { tool: string; from: string; to: string; reason: string };
  'approval.extend_refused': { tool: string; reason: string };
  'approval.superseded': { tool: string; why: string };
  'receipt.issued': { tool: string; decision: string; receiptHash: string };
  'result.recorded': { tool: string; resultHash: string };
  'resume.sent': { attempt: number; results: number; resultHash: string };
  'resume.confirmed': { attempt: number | null; child: string; how: 'answered' | 'adopted' | 'healed' };
  'resume.rate_limited': { attempt: number; waitSeconds: number };
  'resume.refused': { attempt: number | null; message: string };
  'resume.unclear': { attempt: number; message: string };
  'resume.lost': { message: string };
  'resume.settled': { action: 'send_again' | 'close'; reason: string };
  'resume.settle_refused': { action: 'send_again' | 'close'; reason: string };
  'resume.elsewhere': { child: string };
  'resume.second_branch': { first: string; second: string };
  'integrity.mismatch': { approvals: number };
  'person.created': { role: string };
  'person.role_changed': { from: string; to: string };
  'person.deactivated': { role: string };
  'person.reactivated': { role: string };
  'person.seat_changed': { from: string; to: string };
  'person.erased': { reason: string };
  'person.erasure_finished': { entries: number };
  'person.password_reset': { by: string };
  'group.created': { name: string };
  'group.changed': { from: string; to: string };
  'group.deleted': { name: string; members: number };
  'group.member_added': { group: string };
  'group.member_removed': { group: string };
  'invitation.made': { email: string; role: string; groups: string };
  'invitation.renewed': { role: string };
  'invitation.revoked': { role: string };
  'invitation.accepted': { role: string; how: 'password' | 'service' };
  'person.linked': { service: string };
  'person.quiet_hours_set': { quiet: string };
  'delegation.made': { from: string; until: string };
  'delegation.ended': { until: string };
  'sign_in_service.changed': {
    issuer: string;
    client: string;
    enabled: boolean;
    createPeople: boolean;
    trustEmail: boolean;
    defaultRole: string;
    rules: number;
    secret: 'kept' | 'new';
  };
  'factor.added': { factor: 'totp' | 'passkey' };
  'factor.removed': { factor: 'totp' | 'passkey' };
  'factor.codes_made': { count: number };
  'factor.reset': Record<never, never>;
  'proof.given': { with: string };
  'proof.failed': { with: string };
  'session.ended': { sessions: number };
  'sign_in.succeeded': { method: string };
  'sign_in.failed': { method: string; reason: string };
  'key.created': { scopes: string; prefix: string };
  'key.revoked': { prefix: string };
  'key.refused': { reason: string; scope: string };
  'hold.set': { scope: HoldScope; reason: string };
  'hold.released': { scope: HoldScope; reason: string };
  'hold.refused': { scope: HoldScope; act: 'stop' | 'release' };
  'agent.created': { target: string };
  'agent.updated': { version: number };
  'agent.archived': { target: string };
  'tool.updated': { tier: number; fulfilment: string; version: number; changed: string };
  'setting.changed': { setting: string; from: string; to: string };
  'retention.applied': { events: number; results: number; steps: number; personal: number };
  'webhook.registered': { uri: string };
  'webhook.rotated': { truncated: string };
  'webhook.state_changed': { from: string; to: string };
  'approval.escalated': { tool: string; afterMinutes: number; groups: string; asked: number };
  'approval.reminded': { tool: string; people: number };
  'approval.kept_open': { tool: string; from: string; to: string; escalated: boolean };
  'claim.taken': { tool: string };
  'claim.taken_over': { tool: string; from: string };
  'claim.given': { tool: string; to: string };
  'claim.released': { tool: string; why: 'let_go' | 'lapsed' | 'deactivated' };
  'claim.refused': { tool: string; reason: string };
  'snooze.set': { tool: string; until: string };
  'snooze.ended': { tool: string };
  'comment.added': { tool: string; comment: string; characters: number };
  'comment.edited': { tool: string; comment: string; characters: number };
  'comment.deleted': { tool: string; comment: string };
  'comment.refused': { tool: string; comment: string; reason: string };
  'approval.rejudged': { tool: string; tier: number; rule: string; policyVersion: number };
  'policy.drafted': { version: number; base: number | null; rules: number };
  'policy.edited': { version: number; revision: number; rules: number };
  'policy.discarded': { version: number };
  'policy.shadowed': { version: number; on: boolean };
  'policy.tried': { version: number; against: number; calls: number };
  'policy.published': { version: number; replaced: number | null; rules: number; editors: number };
  'policy.publish_refused': { version: number; reason: string };
  'audit.exported': { format: string; export: string; filter: string; from: number };
  'audit.export_finished': { format: string; export: string; entries: number };
  'audit.restored': { size: number };
  'audit.verified': { size: number; root: string; findings: number };
  'checkpoint.made': { size: number; root: string };
  'signing_key.created': { kid: string };
  'signing_key.rotated': { from: string; to: string };
  'slack.connected': { workspace: string; scopes: string };
  'slack.disconnected': { workspace: string; why: string };
  'slack.linked': { account: string; method: string };
  'slack.unlinked': { account: string; why: string };
  'slack.refused': { account: string; reason: string };
  'slack.copy_lost': { channel: string; error: string };
};

export type AuditAction = keyof AuditFacts;

export type AuditRecord<A extends AuditAction = AuditAction> = {
  [K in A]: Readonly<{
    action: K;
    actor: Actor;
    targets: readonly Target[];
    context: AuditContext;
    facts: AuditFacts[K];
    runId?: string;
    approvalId?: string;
  }>;
}[A];

/** Whose data a fact is: the actor's, the first person's among the targets, or that of somebody without an account here. */
export type FactSubject = 'actor' | 'target' | 'nobody';

/** The facts that say something of people or are their words. They are kept beside the entry, so that they can be erased. */
export const personalFacts: {
  readonly [A in AuditAction]?: { readonly [F in keyof AuditFacts[A]]?: FactSubject };
} = {
  'run.started': { requester: 'nobody' },
  'run.registered': { requester: 'nobody' },
  'vote.cast': { for: 'target' },
  'run.start_settled': { reason: 'actor' },
  'resume.settled': { reason: 'actor' },
  'approval.extended': { reason: 'actor' },
  'audit.exported': { filter: 'actor' },
  'claim.taken_over': { from: 'target' },
  'claim.given': { to: 'target' },
  'hold.set': { reason: 'actor' },
  'hold.released': { reason: 'actor' },
  'person.erased': { reason: 'actor' },
  'invitation.made': { email: 'nobody' },
  'person.quiet_hours_set': { quiet: 'actor' },
  'slack.linked': { account: 'target' },
  'slack.unlinked': { account: 'target' },
};

/** What happened, without who did it to what: one of the actions whose names begin with this and a dot. */
export type AuditFact<Subject extends string> = {
  [K in Extract<AuditAction, `${Subject}.${string}`>]: Readonly<{ action: K; facts: AuditFacts[K] }>;
}[Extract<AuditAction, `${Subject}.${string}`>];

/** The system itself, for what the clock or a job did. */
export const system: Actor = { type: 'system', id: 'countersign', name: 'Countersign' };

/** Whoever it was: nobody here has the address that they gave. */
export const somebody: Actor = { type: 'person', id: 'unknown', name: 'Somebody' };

type Sentences = { [K in AuditAction]: (facts: AuditFacts[K]) => string };

const sentences: Sentences = {
  'event.received': (f) => `sent ${f.type ?? 'an unreadable event'} (${f.scheme}): ${f.outcome.replaceAll('_', ' ')}`,
  'event.refused': (f) =>
    `refused ${f.count === 1 ? 'a delivery' : `${f.count} deliveries`} that claimed to come from ${f.sender}: ${f.reason.replaceAll('_', ' ')}`,
  'event.replayed': (f) => `queued ${f.type ?? 'an unreadable event'} to be looked at again`,
  'run.started': () => 'started the run',
  'run.registered': () => 'registered the run',
  'run.adopted': (f) => `adopted the run with the profile of ${f.agent}`,
  'run.seen': (f) => `noticed a run of another program: ${f.reason}`,
  'run.start_refused': (f) => `could not start the run: ${f.message}`,
  'run.start_unclear': (f) => `does not know whether the run started: ${f.message}`,
  'run.start_settled': (f) =>
    f.action === 'take_up'
      ? `found what the unclear start became, ${f.interaction}: ${f.reason}`
      : `found that the run never started: ${f.reason}`,
  'run.start_settle_refused': (f) => `tried to settle the unclear start and was refused: ${f.message}`,
  'run.ended': (f) => `saw the run end: ${f.status}`,
  'run.lost': (f) => `lost the run: ${f.message}`,
  'pause.opened': (f) => `saw the agent stop at ${f.calls === 1 ? 'one call' : `${f.calls} calls`}`,
  'approval.opened': (f) => `asked for approval of ${f.tool} (tier ${f.tier}, rule ${f.rule})`,
  'rule.failed': (f) => `could not evaluate the rule ${f.rule} for ${f.tool}: ${f.problem}`,
  'approval.viewed': (f) => `opened the request for ${f.tool}`,
  'approval.revealed': (f) => `uncovered the masked field ${f.field} of ${f.tool}`,
  'vote.cast': (f) =>
    `voted ${f.for === undefined ? '' : `for ${f.for} `}to ${f.verdict}${f.changed ? ' with changed arguments' : ''}${f.passkeyHash === undefined ? '' : ', signed with a passkey'}${f.settled ? '' : '; more votes are needed'}`,
  'vote.refused': (f) => `tried to ${f.verdict} and was refused: ${f.reason.replaceAll('_', ' ')}`,
  'approval.decided': (f) => `settled ${f.tool}: ${f.status}`,
  'approval.undone': (f) => `took back the decision on ${f.tool}`,
  'approval.expired': (f) => `closed ${f.tool}: nobody decided before the deadline`,
  'approval.extended': (f) => `gave ${f.tool} more time, until ${minuteText(f.to)}: ${f.reason}`,
  'approval.extend_refused': (f) =>
    `tried to give ${f.tool} more time and was refused: ${f.reason.replaceAll('_', ' ')}`,
  'approval.superseded': (f) => `closed ${f.tool}: ${f.why}`,
  'receipt.issued': (f) => `issued the receipt for ${f.tool}: ${f.decision}`,
  'result.recorded': (f) => `recorded what came of ${f.tool}`,
  'resume.sent': (f) =>
    `sent ${f.results === 1 ? 'one result' : `${f.results} results`} to Gemini (attempt ${f.attempt})`,
  'resume.confirmed': (f) =>
    f.how === 'healed'
      ? 'found out that the unclear resume had arrived'
      : f.how === 'adopted'
        ? 'found the interaction that continues this one'
        : 'resumed the interaction',
  'resume.rate_limited': (f) => `was told by Gemini to wait ${f.waitSeconds} s`,
  'resume.refused': (f) => `could not resume: ${f.message}`,
  'resume.unclear': (f) => `does not know whether the resume arrived: ${f.message}`,
  'resume.lost': (f) => `cannot resume: ${f.message}`,
  'resume.settled': (f) => `${f.action === 'send_again' ? 'sent the resume again' : 'closed the pause'}: ${f.reason}`,
  'resume.settle_refused': (f) =>
    `tried to ${f.action === 'send_again' ? 'send the resume again' : 'close the pause'} and was refused: ${f.reason.replaceAll('_', ' ')}`,
  'resume.elsewhere': () => 'saw another program resume the interaction',
  'resume.second_branch': () => 'saw a second branch of the same pause',
  'integrity.mismatch': (f) => `stopped the resume: ${f.approvals} stored calls do not match their hash`,
  'person.created': (f) => `added a person as ${f.role}`,
  'person.role_changed': (f) => `changed a role from ${f.from} to ${f.to}`,
  'person.deactivated': () => 'deactivated a person',
  'person.reactivated': () => 'reactivated a person',
  'person.seat_changed': (f) =>
    f.to === 'no end' ? 'let an auditor’s seat last without an end' : `gave an auditor’s seat until ${f.to}`,
  'person.erased': (f) => `erased a person: ${f.reason}`,
  'person.erasure_finished': (f) => `took an erased person out of ${f.entries} entries`,
  'person.password_reset': () => 'set a new password',
  'group.created': (f) => `made the group ${f.name}`,
  'group.changed': (f) => (f.from === f.to ? `described the group ${f.to}` : `renamed the group ${f.from} to ${f.to}`),
  'group.deleted': (f) =>
    `deleted the group ${f.name}, which had ${f.members === 1 ? 'one member' : `${f.members} members`}`,
  'group.member_added': (f) => `added a person to the group ${f.group}`,
  'group.member_removed': (f) => `took a person out of the group ${f.group}`,
  'invitation.made': (f) => `invited ${f.email} as ${f.role}${f.groups === '' ? '' : `, into ${f.groups}`}`,
  'invitation.renewed': () => 'made a new link for an invitation',
  'invitation.revoked': () => 'took an invitation back',
  'invitation.accepted': (f) => `accepted an invitation as ${f.role}`,
  'person.linked': (f) => `linked the account with the sign-in service ${f.service}`,
  'delegation.made': (f) => `let somebody vote in their place from ${minuteText(f.from)} until ${minuteText(f.until)}`,
  'delegation.ended': () => 'took back that somebody votes in their place',
  'person.quiet_hours_set': (f) => `set their quiet hours: ${f.quiet}`,
  'sign_in_service.changed': (f) => `${f.enabled ? 'set up' : 'turned off'} signing in through ${f.issuer}`,
  'factor.added': (f) => `set up ${factorText[f.factor]}`,
  'factor.removed': (f) => `removed ${factorText[f.factor]}`,
  'factor.codes_made': () => 'made new recovery codes',
  'factor.reset': () => 'removed every second factor of a person',
  'proof.given': (f) => `proved with a ${f.with} that it is them`,
  'proof.failed': (f) => `did not give the right ${f.with}`,
  'session.ended': (f) => `ended ${f.sessions === 1 ? 'a session' : `${f.sessions} sessions`}`,
  'sign_in.succeeded': () => 'signed in',
  'sign_in.failed': (f) => `failed to sign in: ${f.reason.replaceAll('_', ' ')}`,
  'key.created': (f) => `made the key ${f.prefix}… (${f.scopes})`,
  'key.revoked': (f) => `revoked the key ${f.prefix}…`,
  'key.refused': (f) => `was refused: ${f.reason.replaceAll('_', ' ')} (${f.scope})`,
  // Entries of before reasons were asked for have none.
  'hold.set': (f) => `stopped ${holdText[f.scope]}${f.reason ? `: ${f.reason}` : ''}`,
  'hold.released': (f) => `released ${holdText[f.scope]}${f.reason ? `: ${f.reason}` : ''}`,
  'hold.refused': (f) => `tried to ${f.act} ${holdText[f.scope]} and was refused`,
  'agent.created': (f) => `added an agent on ${f.target}`,
  'agent.updated': (f) => `changed the agent (version ${f.version})`,
  'agent.archived': () => 'archived the agent',
  'tool.updated': (f) =>
    `set the tool to tier ${f.tier}, ${f.fulfilment}${f.changed ? ` (changed: ${f.changed})` : ''}`,
  'setting.changed': (f) => `changed ${f.setting} from ${f.from} to ${f.to}`,
  'retention.applied': (f) =>
    `erased what is older than the rules keep: ${f.events} event bodies, results of ${f.results} runs, steps of ${f.steps} runs, what ${f.personal} entries said of people`,
  'webhook.registered': (f) => `registered the webhook ${f.uri} at Gemini`,
  'webhook.rotated': () => 'rotated the signing secret',
  'webhook.state_changed': (f) => `saw the webhook go from ${f.from} to ${f.to}`,
  'approval.escalated': (f) =>
    `asked ${f.groups === '' ? (f.asked === 1 ? 'one more' : `${f.asked} more`) : f.groups} about ${f.tool}: nobody had decided after ${f.afterMinutes} min`,
  'approval.reminded': (f) =>
    `reminded ${f.people === 1 ? 'one person who' : `${f.people} people who`} may still decide ${f.tool}`,
  'approval.kept_open': (f) => `kept ${f.tool} open beyond its deadline, as its rule says`,
  'claim.taken': (f) => `is on ${f.tool}`,
  'claim.taken_over': (f) => `took ${f.tool} over from ${f.from}`,
  'claim.given': (f) => `gave ${f.tool} to ${f.to}`,
  'claim.released': (f) =>
    f.why === 'let_go'
      ? `let ${f.tool} go`
      : `freed ${f.tool} for others: ${f.why === 'lapsed' ? 'whoever was on it had done nothing for a while' : 'whoever was on it was deactivated'}`,
  'claim.refused': (f) => `wanted to say who is on ${f.tool} and was refused: ${f.reason.replaceAll('_', ' ')}`,
  'snooze.set': (f) => `set ${f.tool} aside for themselves until ${minuteText(f.until)}`,
  'snooze.ended': (f) => `took ${f.tool} up again`,
  'comment.added': (f) => `commented on ${f.tool}`,
  'comment.edited': (f) => `saw a comment on ${f.tool} change in Slack`,
  'comment.deleted': (f) => `deleted a comment on ${f.tool}`,
  'comment.refused': (f) => `wanted to delete a comment on ${f.tool} and was refused: ${f.reason.replaceAll('_', ' ')}`,
  'approval.rejudged': (f) => `asked for more for ${f.tool}, by the new policy (tier ${f.tier}, rule ${f.rule})`,
  'policy.drafted': (f) =>
    `began version ${f.version} of the policy${f.base === null ? '' : ` from version ${f.base}`}, ${f.rules} rules`,
  'policy.edited': (f) => `changed version ${f.version} of the policy, ${f.rules} rules`,
  'policy.discarded': (f) => `threw version ${f.version} of the policy away`,
  'policy.shadowed': (f) =>
    `${f.on ? 'began' : 'stopped'} to evaluate version ${f.version} of the policy beside the one in force`,
  'policy.tried': (f) =>
    `tried version ${f.version} of the policy on the last ${f.calls} calls, against version ${f.against}`,
  'policy.published': (f) =>
    `put version ${f.version} of the policy in force${f.replaced === null ? '' : ` in place of version ${f.replaced}`}`,
  'policy.publish_refused': (f) =>
    `tried to put version ${f.version} of the policy in force and was refused: ${f.reason.replaceAll('_', ' ')}`,
  'audit.exported': (f) =>
    f.from > 0 ? `went on with an export of the audit history` : `exported the audit history as ${f.format}`,
  'audit.export_finished': (f) => `has the whole export of the audit history: ${f.entries} entries as ${f.format}`,
  'audit.restored': (f) => `noticed that the database was moved to another server, with ${f.size} entries in the log`,
  'audit.verified': (f) =>
    f.findings === 0
      ? `verified all ${f.size} entries of the history`
      : `verified the history and found ${f.findings === 1 ? 'one thing' : `${f.findings} things`} wrong`,
  'checkpoint.made': (f) => `signed a checkpoint of ${f.size} entries`,
  'signing_key.created': () => 'made the first signing key',
  'signing_key.rotated': () => 'put a new signing key in force',
  'slack.connected': (f) => `connected the Slack workspace ${f.workspace}`,
  'slack.disconnected': (f) => `disconnected the Slack workspace ${f.workspace}: ${f.why}`,
  'slack.linked': (f) => `linked the Slack account ${f.account} (${f.method.replaceAll('_', ' ')})`,
  'slack.unlinked': (f) => `unlinked the Slack account ${f.account}: ${f.why.replaceAll('_', ' ')}`,
  'slack.refused': (f) => `was refused in Slack as ${f.account}: ${f.reason.replaceAll('_', ' ')}`,
  'slack.copy_lost': (f) => `gave up on the copy in ${f.channel}: ${f.error.replaceAll('_', ' ')}`,
};

// `2026-11-25T14:30:00.000Z` as `2026-11-25 14:30 UTC`.
const minuteText = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

const holdText = { everything: 'everything', tool: 'the function', agent: 'the agent' };
const factorText = { totp: 'an authenticator app', passkey: 'a passkey' };

/** Every action there is. */
export const auditActions: readonly string[] = Object.keys(sentences);

/** What the actor did, as the end of a sentence that begins with the actor's name. An unknown action says its own name. */
export function auditSentence(action: string, facts: JsonObject): string {
  if (!Object.hasOwn(sentences, action)) return action;
  const sentence = sentences[action as AuditAction] as (facts: unknown) => string;
  return sentence(facts);
}
