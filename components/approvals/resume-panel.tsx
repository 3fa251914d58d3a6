import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import type { DecisionView, ResumeView, ReviewActions } from '@/lib/approvals/views';
import { namesInWords } from '@/lib/domain/names';
import { ApprovalStatusMark } from './approval-status';
import { SettleResume } from './settle-resume';
import { nextStepText, resumeLook, resumeSentence } from './wording';

/** Who decided, when, with which words, and what the agent is told. */
export function DecisionPanel({ decision }: { decision: DecisionView }) {
  const nobody = decision.status === 'expired' || decision.status === 'superseded';
  return (
    <Panel title="Decision">
      <DefinitionList>
        <Definition label="Outcome">
          <ApprovalStatusMark status={decision.status} changed={decision.changed} />
        </Definition>
        <Definition label={nobody ? 'Closed by' : 'Decided by'}>
          {decision.status === 'expired'
            ? 'The deadline: nobody decided. That is not a no.'
            : decision.status === 'superseded'
              ? 'Events: nobody needed to decide any more.'
              : decision.byRule
                ? `The rule “${decision.by[0] ?? ''}”, without asking anybody`
                : namesInWords(decision.by)}
        </Definition>
        <Definition label="When">
          <Time value={decision.at} format="absolute" className="" />
        </Definition>
        {decision.words !== null && (
          <Definition
            label={decision.status === 'rejected' ? 'Reason' : decision.status === 'superseded' ? 'Why' : 'Note'}
          >
            <span className="whitespace-pre-wrap">
              <SafeText lines>{decision.words}</SafeText>
            </span>
          </Definition>
        )}
        {decision.next !== null && <Definition label="The agent should">{nextStepText[decision.next].told}</Definition>}
      </DefinitionList>
      {decision.result !== null && (
        <div className="pt-3">
          <JsonView
            value={decision.result}
            label={decision.sent ? 'What the agent was told' : 'What the agent will be told'}
          />
        </div>
      )}
    </Panel>
  );
}

/** How far the answer to the agent is, and what a person can do when it is stuck. */
export function ResumePanel({
  resume,
  undoUntil,
  interactionId,
  runId,
  maySettle,
  consequences,
  settle,
}: {
  resume: ResumeView;
  undoUntil: Date | null;
  interactionId: string;
  runId: string;
  maySettle: boolean;
  consequences: Readonly<Record<'send_again' | 'close', string>>;
  settle: ReviewActions['settle'];
}) {
  const { word, tone, glyph } = resumeLook[resume.status];
  const stuck = resume.status === 'unclear' || resume.status === 'refused';
  return (
    <Panel
      title="Back to the agent"
      actions={
        <Status tone={tone} glyph={glyph}>
          {word}
        </Status>
      }
    >
      <div className="grid gap-2">
        <p>{resumeSentence({ ...resume, undoOpen: undoUntil !== null })}</p>
        {resume.message !== null && (
          <p className="text-muted wrap-anywhere">
            <SafeText>{resume.message}</SafeText>
          </p>
        )}
        {resume.notBefore !== null && resume.status === 'ready' && (
          <p className="text-muted">
            Gemini asked us to wait until <Time value={resume.notBefore} format="absolute" />.
          </p>
        )}
        {resume.childId !== null && (
          <p>
            <Link href={`/runs/${runId}#${encodeURIComponent(resume.childId)}`}>See how the agent went on</Link>
          </p>
        )}
        {stuck &&
          (maySettle ? (
            <SettleResume interactionId={interactionId} consequences={consequences} settle={settle} />
          ) : (
            <p className="text-muted">An admin can send it again or close it.</p>
          ))}
      </div>
    </Panel>
  );
}
