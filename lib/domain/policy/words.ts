import type { EscalationStep } from '../handling';
import { reminderWords } from '../reminder';
import { type Tier, tierText } from '../tier';
import type { PolicyRule, RuleOutcome } from './document';

/** What an outcome means for people, in plain sentences. */
export function outcomeWords(outcome: RuleOutcome, { tier }: { tier: Tier | null }): string {
  switch (outcome.outcome) {
    case 'approve':
      return outcome.unknownTools === 'approve'
        ? 'It is approved without asking, even when nobody has described the function.'
        : 'It is approved without asking.';
    case 'reject':
      return `It is rejected without asking: ${withStop(outcome.reason)}`;
    case 'review': {
      const risk = outcome.tier ?? tier;
      const least = risk === 4 ? 2 : 1;
      const people = Math.max(outcome.approvals ?? least, least);
      const whom = outcome.groups.length > 0 ? ` of ${listed(outcome.groups, 'or')}` : '';
      return [
        `${counted(people)}${whom} must ${people === 1 ? 'decide' : 'agree'}${risk === null ? '' : `, as for tier ${risk} (${tierText[risk].name.toLowerCase()})`}.`,
        ...(outcome.rejections > 1 ? [`${counted(outcome.rejections)} must reject to stop it.`] : []),
        ...(outcome.fourEyes === true ? ['Whoever asked for the run may not decide.'] : []),
        ...(outcome.fourEyes === false ? ['Whoever asked for the run may decide too.'] : []),
        ...(outcome.blindSecondReview ? ['The second person does not see what the first one said.'] : []),
        ...(outcome.deadlineMinutes ? [`There is ${durationWords(outcome.deadlineMinutes)} to decide.`] : []),
        ...remindWords(outcome.remind),
        ...outcome.escalate.map(escalationWords),
        ...(outcome.onTimeout === 'reject' ? [] : [timeoutWords[outcome.onTimeout]]),
      ].join(' ');
    }
  }
}

/** A rule in plain sentences: when, as it is written, and what happens then. */
export function ruleWords(rule: PolicyRule): string {
  const when = rule.when === 'true' ? 'Always' : `When ${rule.when}`;
  const then = outcomeWords(rule.outcome, { tier: null });
  return `${when}: ${then.charAt(0).toLowerCase()}${then.slice(1)}`;
}

/** `90` as `1 h 30 min`. */
export function durationWords(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const parts = [days > 0 ? `${days} d` : '', hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''];
  return parts.filter(Boolean).join(' ');
}

const timeoutWords = {
  escalate: 'When nobody decides in time, all of them are asked, and it stays open until Gemini forgets it.',
  keep_open: 'When nobody decides in time, it stays open until Gemini forgets it.',
} as const;

function escalationWords(step: EscalationStep): string {
  const targets = [
    ...step.groups,
    ...step.people,
    ...(step.rotation ? [`whoever is on call in ${step.rotation}`] : []),
    ...(step.slackChannel ? [`the Slack channel ${step.slackChannel}`] : []),
  ];
  return `After ${durationWords(step.afterMinutes)} ${listed(targets, 'and')} ${targets.length === 1 ? 'is' : 'are'} asked too.`;
}

function remindWords(remind: readonly string[] | undefined): readonly string[] {
  if (remind === undefined) return [];
  if (remind.length === 0) return ['Nobody is reminded.'];
  return [`Those who may still decide are reminded ${listed(remind.map(reminderWords), 'and')}.`];
}

function counted(people: number): string {
  const words = ['Nobody', 'One person', 'Two people', 'Three people', 'Four people'];
  return words[people] ?? `${people} people`;
}

function listed(names: readonly string[], word: 'and' | 'or'): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} ${word} ${last}` : last;
}

function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
