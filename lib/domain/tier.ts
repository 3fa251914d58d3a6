/** Risk of a call. */
export const tiers = [0, 1, 2, 3, 4] as const;
export type Tier = (typeof tiers)[number];

export const tierText: Record<Tier, { name: string; meaning: string }> = {
  0: { name: 'Read', meaning: 'Looks something up; approved without asking.' },
  1: { name: 'Reversible', meaning: 'Can be taken back.' },
  2: { name: 'Costly', meaning: 'Costs money or reaches people outside.' },
  3: { name: 'Irreversible', meaning: 'Cannot be taken back, or needs privileges.' },
  4: { name: 'Regulated', meaning: 'Two people must agree.' },
};

// product.md §3 rule 8: how long a decision made by hand can be taken back before anything is sent.
const undoSeconds: Record<Tier, number> = { 0: 0, 1: 5, 2: 10, 3: 0, 4: 0 };

/** How long a decision on this tier can be undone, in milliseconds. Votes through the API take effect at once. */
export function undoWindowMs(tier: Tier, surface: Surface): number {
  return surface === 'api' ? 0 : undoSeconds[tier] * 1000;
}

/**
 * Whether a vote on this tier may be cast in Slack. What cannot be taken back, or is regulated, is only shown there: whoever
 * gets hold of a Slack session must not approve it.
 */
export function slackDecides(tier: Tier): boolean {
  return tier < 3;
}

/** Where a vote was cast. */
export const surfaces = ['web', 'slack', 'api'] as const;
export type Surface = (typeof surfaces)[number];

/** True for a number that is a tier. */
export function isTier(value: number): value is Tier {
  return tiers.some((tier) => tier === value);
}
