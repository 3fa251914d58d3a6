import { Badge } from '@/components/ui/badge';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';

/** The agent's own words about why it wants the call: quoted, and marked as nothing but its words. */
export function AgentReason({ text }: { text: string | null }) {
  return (
    <Panel title="What the agent says" actions={<Badge tone="warning">Unverified, written by the agent</Badge>}>
      {text === null ? (
        <p className="text-faint">The agent gave no reason before the call.</p>
      ) : (
        <blockquote className="max-w-2xl whitespace-pre-wrap border-line-strong border-l-2 pl-4 text-muted wrap-anywhere">
          <SafeText lines>{text}</SafeText>
        </blockquote>
      )}
    </Panel>
  );
}
