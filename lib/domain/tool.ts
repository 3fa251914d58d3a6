import type { Fulfilment } from './approval';
import type { Tier } from './tier';

/** What is known of a function by its name; an unknown one has no entry. */
export type ToolSettings = Readonly<{
  name: string;
  tier: Tier;
  effectTemplate: string;
  fulfilment: Fulfilment;
  maskedFields: readonly string[];
  riskFields: readonly string[];
  deadlineMinutes: number | null;
  /** Arguments and what the agent wrote stay out of Slack. */
  hideArgumentsInSlack: boolean;
}>;
