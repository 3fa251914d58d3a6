import type { JsonObject } from '../json';
import type { ReadableEntry, SealedEntry } from './leaf';

/**
 * An entry as an event of the Open Cybersecurity Schema Framework, version 1.5: API Activity (class 6003). What the schema
 * has no place for stands under `unmapped`.
 */
export function ocsfEvent(
  entry: SealedEntry,
  told: ReadableEntry,
  about: Readonly<{ log: string; leafIndex: number; sentence: string; proof: JsonObject }>,
): JsonObject {
  const activity = activityOf(entry.action);
  const outcome = outcomeOf(entry.action);
  const { ip, userAgent, surface, ...context } = told.context;
  return {
    class_uid: 6003,
    class_name: 'API Activity',
    category_uid: 6,
    category_name: 'Application Activity',
    activity_id: activity.id,
    activity_name: activity.id === 99 ? entry.action : activity.name,
    type_uid: 6003 * 100 + activity.id,
    type_name: `API Activity: ${activity.name}`,
    time: entry.occurredAt.getTime(),
    severity_id: outcome.severity,
    severity: severityNames[outcome.severity],
    status_id: outcome.status,
    status: statusNames[outcome.status],
    message: about.sentence,
    metadata: {
      version: '1.5.0',
      product: { name: 'Countersign', vendor_name: 'Countersign' },
      uid: entry.id,
      log_name: about.log,
      sequence: about.leafIndex,
      ...(entry.runId === null ? {} : { correlation_uid: entry.runId }),
    },
    actor: actorOf(told.actor),
    api: { operation: entry.action, service: { name: 'Countersign' }, version: String(entry.version) },
    src_endpoint: {
      ...(typeof ip === 'string' ? { ip } : {}),
      svc_name: typeof surface === 'string' ? surface : 'countersign',
    },
    ...(typeof userAgent === 'string' ? { http_request: { user_agent: userAgent } } : {}),
    resources: told.targets.map(({ type, id, name }) => ({
      type,
      uid: id,
      ...(name === undefined ? {} : { name }),
    })),
    unmapped: {
      facts: told.facts,
      context,
      run_id: entry.runId,
      approval_id: entry.approvalId,
      erased: told.erased,
      countersign: about.proof,
    },
  };
}

type Activity = Readonly<{ id: 1 | 2 | 3 | 4 | 99; name: string }>;
type Severity = 1 | 2 | 3 | 5;
type Status = 0 | 1 | 2;

const severityNames: Readonly<Record<Severity, string>> = { 1: 'Informational', 2: 'Low', 3: 'Medium', 5: 'Critical' };
const statusNames: Readonly<Record<Status, string>> = { 0: 'Unknown', 1: 'Success', 2: 'Failure' };

const create = /\.(created|opened|started|registered|cast|issued|received|connected|linked|recorded|sent|added)$/;
const read = /\.(viewed|revealed|seen|exported|export_started|verified)$/;
const update =
  /\.(updated|changed|role_changed|state_changed|decided|undone|expired|superseded|settled|rotated|reactivated|deactivated|password_reset|adopted|retired|imported)$/;
const remove = /\.(revoked|archived|deleted|disconnected|unlinked|erased)$/;

function activityOf(action: string): Activity {
  if (create.test(action)) return { id: 1, name: 'Create' };
  if (read.test(action)) return { id: 2, name: 'Read' };
  if (update.test(action)) return { id: 3, name: 'Update' };
  if (remove.test(action)) return { id: 4, name: 'Delete' };
  return { id: 99, name: 'Other' };
}

function outcomeOf(action: string): { status: Status; severity: Severity } {
  if (/^integrity\./.test(action)) return { status: 2, severity: 5 };
  if (/(unclear|lost|second_branch)$/.test(action)) return { status: 0, severity: 3 };
  if (/(refused|failed|mismatch|rate_limited)$/.test(action)) return { status: 2, severity: 2 };
  return { status: 1, severity: 1 };
}

function actorOf({ type, id, name }: ReadableEntry['actor']): JsonObject {
  if (type === 'person') return { user: { type_id: 1, type: 'User', uid: id, name } };
  if (type === 'api_key' || type === 'slack') {
    return { user: { type_id: 99, type: type === 'slack' ? 'Slack account' : 'API key', uid: id, name } };
  }
  return { app_name: name, app_uid: id };
}
