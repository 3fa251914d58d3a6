import { Conversation } from '@/components/approvals/conversation';
import { SettleResume } from '@/components/approvals/settle-resume';
import { resumeLook, resumeSentence } from '@/components/approvals/wording';
import { Banner } from '@/components/ui/banner';
import { Disclosure } from '@/components/ui/disclosure';
import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import type { ReviewActions } from '@/lib/approvals/views';
import type { InteractionView } from '@/lib/runs/views';
import { attemptWords, durationWords, interactionWord } from './wording';

/** One link of a run's chain: what happened in it, and how its pause was answered. */
export function InteractionPanel({
  interaction,
  place,
  maySettle,
  consequences,
  settle,
}: {
  interaction: InteractionView;
  place: number;
  maySettle: boolean;
  consequences: Readonly<Record<'send_again' | 'close', string>>;
  settle: ReviewActions['settle'];
}) {
  const { pause } = interaction;
  return (
    <Panel
      title={
        <span id={interaction.id} className="scroll-mt-20">
          {`Interaction ${place}`}
        </span>
      }
      description={
        <span className="flex flex-wrap gap-x-3">
          <code className="font-mono text-xs leading-5 wrap-anywhere">{interaction.id}</code>
          <Time value={interaction.created ?? interaction.firstSeenAt} />
          {spentWords(interaction).map((words) => (
            <span key={words}>{words}</span>
          ))}
        </span>
      }
      actions={<span className="text-muted text-sm">{interactionWord(interaction.status)}</span>}
    >
      <div className="grid gap-4">
        {interaction.errors.length > 0 && (
          <Banner tone="danger" title="Gemini reported an error">
            {interaction.errors.map((error) => (
              <p key={error} className="wrap-anywhere">
                <SafeText>{error}</SafeText>
              </p>
            ))}
          </Banner>
        )}
        {interaction.missing && (
          <Banner tone="warning">
            Gemini does not find this interaction at present. If that lasts, the run counts as lost.
          </Banner>
        )}
        <Conversation items={interaction.items} />
        {pause !== null && (
          <div className="grid gap-2 border-line border-t pt-4">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Status tone={resumeLook[pause.resume.status].tone} glyph={resumeLook[pause.resume.status].glyph}>
                {resumeLook[pause.resume.status].word}
              </Status>
              <span>{resumeSentence({ ...pause.resume, undoOpen: false })}</span>
              {pause.calls.length > 1 && <Link href={`/pauses/${pause.id}`}>All calls on one page</Link>}
            </p>
            {pause.resume.message !== null && (
              <p className="text-muted wrap-anywhere">
                <SafeText>{pause.resume.message}</SafeText>
              </p>
            )}
            {pause.attempts.length > 0 && (
              <ol className="grid gap-1 text-sm">
                {pause.attempts.map((attempt) => (
                  <li key={attempt.number} className="flex flex-wrap gap-x-2">
                    <span>{`Attempt ${attempt.number}`}</span>
                    <span className="text-muted">
                      {attempt.outcome === null ? 'is under way' : (attemptWords[attempt.outcome] ?? attempt.outcome)}
                      {attempt.finishedAt !== null &&
                        ` after ${durationWords(attempt.finishedAt.getTime() - attempt.startedAt.getTime())}`}
                    </span>
                    <Time value={attempt.startedAt} className="text-faint" />
                    {attempt.message !== null && attempt.message !== pause.resume.message && (
                      <span className="basis-full text-muted wrap-anywhere">
                        <SafeText>{attempt.message}</SafeText>
                      </span>
                    )}
                  </li>
                ))}
              </ol>
            )}
            {pause.extraChildren.length > 0 && (
              <Banner tone="warning" title="A second branch">
                {`This pause was continued more than once (${pause.extraChildren.join(', ')}). Nobody can resume the other branch from here.`}
              </Banner>
            )}
            {(pause.resume.status === 'unclear' || pause.resume.status === 'refused') && maySettle && (
              <SettleResume interactionId={interaction.id} consequences={consequences} settle={settle} />
            )}
          </div>
        )}
        <div className="border-line border-t pt-2">
          <Disclosure
            summary={<span className="font-normal text-muted">Raw</span>}
            end={
              <span className="flex flex-wrap justify-end gap-x-3 text-faint text-sm">
                {interaction.usage
                  .filter(({ label }) => label === 'Total')
                  .map(({ tokens }) => `${tokens.toLocaleString('en')} tokens`)}
              </span>
            }
          >
            <div className="grid gap-3">
              {interaction.usage.length > 0 && (
                <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
                  {interaction.usage.map(({ label, tokens }) => (
                    <div key={label} className="flex gap-2">
                      <dt className="text-faint">{label}</dt>
                      <dd>{tokens.toLocaleString('en')}</dd>
                    </div>
                  ))}
                </dl>
              )}
              <JsonView value={interaction.raw} label={`Interaction ${place} as Gemini told it`} />
            </div>
          </Disclosure>
        </div>
      </div>
    </Panel>
  );
}

function spentWords({ spent, usage }: InteractionView): readonly string[] {
  const total = usage.find(({ label }) => label === 'Total')?.tokens;
  return [
    spent.atGeminiMs === null || spent.atGeminiMs === 0 ? null : `${durationWords(spent.atGeminiMs)} at Gemini`,
    spent.waitingMs === null ? null : `${durationWords(spent.waitingMs)} waiting for people`,
    total === undefined ? null : `${total.toLocaleString('en')} tokens`,
  ].filter((words) => words !== null);
}
