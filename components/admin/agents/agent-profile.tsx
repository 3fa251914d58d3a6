import { CodeBlock } from '@/components/ui/code';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { JsonView } from '@/components/ui/json-view';
import { Panel } from '@/components/ui/panel';
import { type ContinuationProfile, targetOf } from '@/lib/domain/profile';

/** An agent for those who may look at it only. */
export function AgentProfile({
  agent: { description, adoptForeign, profile },
}: {
  agent: Readonly<{ description: string; adoptForeign: boolean; profile: ContinuationProfile }>;
}) {
  return (
    <div className="grid max-w-3xl gap-4 pb-8">
      <Panel title="Agent">
        <DefinitionList>
          {description !== '' && <Definition label="Description">{description}</Definition>}
          <Definition label={profile.model === undefined ? 'Agent id' : 'Model'} mono>
            {targetOf(profile)}
          </Definition>
          <Definition label="Runs of others">{adoptForeign ? 'Adopted' : 'Shown only'}</Definition>
        </DefinitionList>
      </Panel>
      {profile.system_instruction !== undefined && (
        <CodeBlock label="system instruction" value={profile.system_instruction} wrap />
      )}
      <JsonView label="tools" value={profile.tools} depth={3} />
      {profile.generation_config !== undefined && (
        <JsonView label="generation config" value={profile.generation_config} />
      )}
    </div>
  );
}
