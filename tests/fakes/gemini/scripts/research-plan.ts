import type { Script, Turn } from './script';

/** Deep Research with a plan to confirm: it pauses with no call at all, and goes on when a person answers in words. */
export const researchPlan: Script = {
  name: 'research-plan',
  begins: ({ agent, agentConfig }) =>
    agent?.startsWith('deep-research') === true && agentConfig.collaborative_planning === true,
  play({ prompt, memory }): Turn {
    if (memory.planned === true)
      return { thought: 'The plan is confirmed.', text: `Report, following your remark "${prompt}".` };
    return {
      thought: 'A plan first, then the research.',
      text: 'Plan:\n1. Collect the public filings\n2. Compare them over three years\n3. Write two pages\n\nShall I go ahead?',
      status: 'requires_action',
      memory: { planned: true },
    };
  },
};
