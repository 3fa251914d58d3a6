import { Countdown } from '@/components/ui/countdown';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import type { ActionAnswer, RequestView } from '@/lib/approvals/views';
import { namesInWords } from '@/lib/domain/names';
import { ExtendDeadline } from './extend-deadline';
import { deadlineSourceText, peopleWords, timeoutText, toldText } from './wording';

/** Which rule asks, whom it asks, until when, and what happens if nobody decides. */
export function WhyAsked({
  request,
  extend,
}: {
  request: RequestView;
  extend: (approvalId: string, to: string, reason: string) => Promise<ActionAnswer>;
}) {
  const { rule, run, eligible, extension, mayExtendTo } = request;
  const others = [...eligible.names, ...(eligible.more > 0 ? [`${eligible.more} more`] : [])];
  const pending = request.status === 'pending';
  return (
    <Panel title={pending ? 'Why you are asked' : 'Why people were asked'} level={2}>
      <p className="max-w-2xl pb-3">{rule.reason}</p>
      {rule.problem !== null && (
        <p className="max-w-2xl pb-3 text-muted">
          The rule failed: <span className="font-mono break-words">{rule.problem}</span>
        </p>
      )}
      <DefinitionList>
        <Definition label="Rule">
          {rule.name} <span className="text-faint">{`policy version ${rule.policyVersion}`}</span>
        </Definition>
        <Definition
          label="Needed"
          {...(rule.fourEyes && run.requester !== null
            ? { note: 'Whoever asked for the run or started it may not decide.' }
            : {})}
        >
          {`${capital(peopleWords(rule.approvals))}${rule.groups.length > 0 ? ` of ${rule.groups.join(' or ')}` : ''} to approve, ${peopleWords(rule.rejections)} to reject`}
        </Definition>
        {pending && (
          <Definition label="Who may decide">
            {others.length > 0 ? namesInWords(others) : nobodyText(rule.groups)}
          </Definition>
        )}
        {run.requester !== null && request.requesterTold !== null && (
          <Definition label="Asked for by" note={toldText[request.requesterTold]}>
            <SafeText>{run.requester}</SafeText>
          </Definition>
        )}
        <Definition label="Deadline" {...(pending ? { note: timeoutText[rule.onTimeout] } : {})}>
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            {pending ? <Countdown deadline={request.deadline} /> : <Time value={request.deadline} format="absolute" />}
            <span className="text-faint">
              {extension === null ? (
                deadlineSourceText[request.deadlineSource]
              ) : (
                <>
                  {`extended by ${extension.by}`}
                  {pending && (
                    <>
                      {' until '}
                      <Time value={request.deadline} format="absolute" />
                    </>
                  )}
                </>
              )}
            </span>
            {mayExtendTo !== null && (
              <ExtendDeadline
                key={request.deadline.toISOString()}
                approvalId={request.id}
                deadline={request.deadline}
                latest={mayExtendTo}
                extend={extend}
              />
            )}
            {extension !== null && (
              <p className="basis-full text-muted">
                <SafeText>{extension.reason}</SafeText>
              </p>
            )}
          </div>
        </Definition>
      </DefinitionList>
    </Panel>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function nobodyText(groups: readonly string[]): string {
  return groups.length > 0
    ? `Nobody at present: an admin must add a reviewer to ${groups.join(' or ')}.`
    : 'Nobody at present: an admin must add a reviewer.';
}
