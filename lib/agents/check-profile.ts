import Ajv2020 from 'ajv/dist/2020';
import { type ContinuationProfile, continuationProfile } from '@/lib/domain/profile';

/** Where in the profile something is wrong, as the names on the way there, and what. */
export type ProfileProblem = Readonly<{ path: readonly (string | number)[]; message: string }>;

export type CheckedProfile =
  | { ok: true; profile: ContinuationProfile }
  | { ok: false; problems: readonly ProfileProblem[] };

/**
 * A continuation profile from outside: its form, and what Gemini would refuse only when an interaction is resumed, which is
 * too late: functions without a name, two of one name, parameters that are no JSON Schema.
 */
export function checkProfile(input: unknown): CheckedProfile {
  const read = continuationProfile.safeParse(input);
  if (!read.success) {
    const problems = read.error.issues.map((issue) => ({
      path: issue.path.filter((step) => typeof step !== 'symbol'),
      message: issue.message,
    }));
    return { ok: false, problems };
  }
  const problems = toolProblems(read.data);
  return problems.length === 0 ? { ok: true, profile: read.data } : { ok: false, problems };
}

function toolProblems(profile: ContinuationProfile): readonly ProfileProblem[] {
  const seen = new Set<string>();
  return profile.tools.flatMap((tool, place): ProfileProblem[] => {
    if (tool.type !== 'function') return [];
    const path = ['tools', place];
    if (tool.name === undefined) return [{ path, message: 'A function needs a name.' }];
    if (seen.has(tool.name)) return [{ path: [...path, 'name'], message: `There are two functions ${tool.name}.` }];
    seen.add(tool.name);
    const why = tool.parameters === undefined ? null : schemaProblem(tool.parameters);
    return why === null ? [] : [{ path: [...path, 'parameters'], message: `Not a JSON Schema: ${why}` }];
  });
}

function schemaProblem(schema: Record<string, unknown>): string | null {
  const { $id: _id, $schema: _schema, ...rest } = schema;
  try {
    // A compiler of its own: Ajv keeps what it compiled for as long as it lives.
    new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(rest);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 300) : 'unreadable';
  }
}
