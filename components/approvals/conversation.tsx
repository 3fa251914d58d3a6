import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import type { ConversationItem } from '@/lib/approvals/views';
import { namesInWords } from '@/lib/domain/names';
import { ApprovalStatusMark } from './approval-status';

/** What was asked, said, called and answered so far, oldest first. All of it is text of others. */
export function Conversation({ items, current }: { items: readonly ConversationItem[]; current?: string }) {
  if (items.length === 0) return <p className="text-faint">Nothing of the conversation is known here.</p>;
  return (
    <ol className="grid">
      {items.map((item) => (
        <li
          key={item.key}
          className="grid gap-x-6 gap-y-1 border-line border-b py-3 last:border-b-0 sm:grid-cols-[7rem_minmax(0,1fr)]"
        >
          <span className="text-faint text-sm">{speaker(item)}</span>
          <div className="min-w-0">
            <Item item={item} current={current} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function speaker(item: ConversationItem): string {
  switch (item.kind) {
    case 'asked':
      return 'Request';
    case 'thought':
      return 'Agent, thinking';
    case 'said':
      return 'Agent';
    case 'called':
      return 'Agent, calling';
    case 'answered':
      return 'Result';
    case 'other':
      return 'Step';
  }
}

function Item({ item, current }: { item: ConversationItem; current: string | undefined }) {
  switch (item.kind) {
    case 'asked':
    case 'said':
      return <Words text={item.text} />;
    case 'thought':
      return <Words text={item.text} quiet />;
    case 'called':
      return (
        <div className="grid gap-2">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-medium font-mono text-sm wrap-anywhere">
              <SafeText>{item.name}</SafeText>
            </span>
            {item.approval !== null && (
              <>
                <ApprovalStatusMark status={item.approval.status} />
                {item.approval.by.length > 0 && (
                  <span className="text-muted text-sm">
                    {item.approval.byRule
                      ? `by the rule “${item.approval.by[0]}”`
                      : `by ${namesInWords(item.approval.by)}`}
                    {item.approval.at !== null && (
                      <>
                        {', '}
                        <Time value={item.approval.at} />
                      </>
                    )}
                  </span>
                )}
                {item.approval.id === current ? (
                  <span className="text-faint text-sm">this request</span>
                ) : (
                  <Link href={`/approvals/${item.approval.id}`} className="text-sm" prefetch={false}>
                    Open
                  </Link>
                )}
              </>
            )}
          </p>
          {item.arguments !== null && (item.approval === null || item.approval.id !== current) && (
            <JsonView value={item.arguments} label={`Arguments of ${item.name}`} depth={1} copy={false} />
          )}
        </div>
      );
    case 'answered':
      return (
        <div className="grid gap-2">
          <p className="font-mono text-sm wrap-anywhere">
            <SafeText>{item.name}</SafeText>
          </p>
          <JsonView value={item.result} label={`Result of ${item.name}`} depth={1} copy={false} />
        </div>
      );
    case 'other':
      return <JsonView value={item.step} label={item.type} depth={0} copy={false} />;
  }
}

function Words({ text, quiet = false }: { text: string; quiet?: boolean }) {
  if (text.trim() === '') return <p className="text-faint">No text</p>;
  return (
    <p className={quiet ? 'whitespace-pre-wrap text-muted wrap-anywhere' : 'whitespace-pre-wrap wrap-anywhere'}>
      <SafeText lines>{text}</SafeText>
    </p>
  );
}
