import type { JsonObject } from '../wire';
import { describeOutcome } from './outcomes';
import { readRefundFacts } from './prompt-facts';
import { declares, type PlannedCall, type Script, type Turn } from './script';

/** Answers complaints with a refund. After a rejection that allows it, tries once more with half of the amount. */
export const refunds: Script = {
  name: 'refunds',
  begins: (context) =>
    declares(context, 'issue_refund') && /refund|complain|charged|money back|order|damaged/i.test(context.prompt),
  play({ prompt, answered, memory }): Turn {
    const [refund] = answered;
    if (refund === undefined)
      return {
        thought: 'The complaint is justified by the order history. A refund needs approval, so I propose one and wait.',
        calls: [refundCall(prompt)],
      };
    const { outcome, call } = refund;
    if (outcome.kind === 'rejected' && outcome.next === 'retry' && memory.triedAgain !== true) {
      const amount = half(call.arguments.amount);
      return {
        thought: `The first proposal was declined: ${outcome.reason ?? 'no reason given'}. A smaller amount may be acceptable.`,
        calls: [{ name: call.name, arguments: { ...call.arguments, amount } }],
        memory: { triedAgain: true },
      };
    }
    return {
      thought: 'The decision is in. I report it as it is and promise nothing beyond it.',
      text: describeOutcome(refund, (changed) => refundEffect(changed ?? call.arguments), 'was issued'),
    };
  },
};

/** The refund that a prompt asks for. */
export function refundCall(prompt: string): PlannedCall {
  const { orderId, amount, currency, reason, email } = readRefundFacts(prompt);
  return {
    name: 'issue_refund',
    arguments: { order_id: orderId, amount, currency, reason, customer_email: email },
  };
}

export function refundEffect(args: JsonObject): string {
  const amount = typeof args.amount === 'number' ? args.amount.toFixed(2) : 'an unnamed amount';
  return `the refund of ${amount} ${String(args.currency ?? '')} for order ${String(args.order_id ?? 'unknown')}`;
}

function half(amount: unknown): number {
  return typeof amount === 'number' ? Math.round(amount * 50) / 100 : 10;
}
