import { newCallId, newThoughtSignature } from '../ids';
import type { Step } from '../wire';
import { exampleArguments } from './example-arguments';
import { describeAnyOutcome, describeOutcome } from './outcomes';
import { refundCall, refundEffect } from './refunds';
import { declares, type PlannedCall, type Script, type Turn, type TurnContext } from './script';

/** An agent with a sandbox: it works with its own tools first, whose calls come answered, then calls one of ours. */
export const sandbox: Script = {
  name: 'sandbox',
  begins: ({ agent }) => agent?.startsWith('antigravity') === true,
  play(context): Turn {
    const { answered } = context;
    if (answered.length > 0)
      return {
        thought: 'The outside world has answered; the report can be closed.',
        text: `${answered.map(describe).join('\n')}\nThe report is at /workspace/report.md.`,
      };
    const call = ownCall(context);
    if (call === null)
      return {
        thought: 'The sandbox is enough for this.',
        builtIn: sandboxWork(),
        text: 'The report is at /workspace/report.md.',
      };
    return {
      thought: 'The report is written in the sandbox. What follows reaches outside of it and needs approval.',
      builtIn: sandboxWork(),
      calls: [call],
    };
  },
};

function ownCall(context: TurnContext): PlannedCall | null {
  if (declares(context, 'issue_refund')) return refundCall(context.prompt);
  const [first] = context.functions;
  return first === undefined ? null : { name: first.name, arguments: exampleArguments(first.parameters) };
}

function describe(answered: Parameters<typeof describeAnyOutcome>[0]): string {
  const { call } = answered;
  if (call.name !== 'issue_refund') return describeAnyOutcome(answered);
  return describeOutcome(answered, (changed) => refundEffect(changed ?? call.arguments), 'was issued');
}

function sandboxWork(): Step[] {
  const fileCall = newCallId();
  const codeCall = newCallId();
  return [
    {
      type: 'function_call',
      id: fileCall,
      name: 'write_to_file',
      arguments: {
        TargetFile: '/workspace/report.md',
        CodeContent: '# Open cases\n\n| case | amount |\n| --- | --- |\n',
        Overwrite: true,
        Description: 'Start the report',
      },
      signature: newThoughtSignature(),
    },
    { type: 'function_result', call_id: fileCall, name: 'write_to_file', result: 'File written.' },
    {
      type: 'code_execution_call',
      id: codeCall,
      arguments: { language: 'python', code: 'print(sum([19.90, 30.00]))' },
      signature: newThoughtSignature(),
    },
    {
      type: 'code_execution_result',
      call_id: codeCall,
      result: '49.9\n',
      is_error: false,
      signature: newThoughtSignature(),
    },
  ];
}
