import type { Installation } from './installations';

export type Destination = Readonly<{ installation: Installation; channel: string }>;

/**
 * Where an approval goes: the channel that is named, `C…` or `T…/C…`, else the default channel of every workspace that has one.
 * A rule's channel stands before its agent's.
 */
export function destinations(
  installations: readonly Installation[],
  wanted: string | null,
  { orDefault = true }: { orDefault?: boolean } = {},
): readonly Destination[] {
  const named = wanted?.match(/^(?:([TE][A-Z0-9]+)\/)?([CG][A-Z0-9]+)$/);
  if (named) {
    const [, place, channel = ''] = named;
    const installation = installations.find(
      ({ teamId, enterpriseId }) => place === undefined || place === teamId || place === enterpriseId,
    );
    if (installation) return [{ installation, channel }];
  }
  if (!orDefault) return [];
  return installations.flatMap((installation) =>
    installation.defaultChannel === null ? [] : [{ installation, channel: installation.defaultChannel }],
  );
}
