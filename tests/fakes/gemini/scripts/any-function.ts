import { exampleArguments } from './example-arguments';
import { describeAnyOutcome } from './outcomes';
import type { Script, Turn } from './script';

/** Works with whatever is declared: calls the functions that the prompt names, else the first, then sums up. */
export const anyFunction: Script = {
  name: 'any-function',
  begins: () => true,
  play({ prompt, functions, answered }): Turn {
    if (answered.length > 0)
      return { thought: 'The results are in.', text: answered.map(describeAnyOutcome).join('\n') };
    const named = functions.filter(({ name }) => mentions(prompt, name));
    const chosen = named.length > 0 ? named : functions.slice(0, 1);
    if (chosen.length === 0)
      return { thought: 'No function is at hand.', text: `I read: "${prompt}". There is nothing to call.` };
    return {
      thought: `This is a case for ${chosen.map(({ name }) => name).join(' and ')}.`,
      calls: chosen.map(({ name, parameters }) => ({ name, arguments: exampleArguments(parameters) })),
    };
  },
};

function mentions(prompt: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^\\w])${escaped}([^\\w]|$)`).test(prompt);
}
