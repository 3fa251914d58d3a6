import { mailCall, mailEffect } from './mail';
import { type AnsweredCall, describeAnyOutcome, describeOutcome } from './outcomes';
import { firstMatch } from './prompt-facts';
import { refundCall, refundEffect } from './refunds';
import { declares, type Script, type Turn } from './script';

/** Closes a support ticket with three parallel calls: refund, e-mail, account. The last words sum up each of them. */
export const ticketClosing: Script = {
  name: 'ticket-closing',
  begins: (context) =>
    declares(context, 'issue_refund', 'send_email', 'update_account') &&
    /ticket|account|tag|close/i.test(context.prompt),
  play({ prompt, answered }): Turn {
    if (answered.length > 0)
      return {
        thought: 'Every part has its decision. I report them one by one.',
        text: ['The ticket in parts:', ...answered.map((one) => `- ${one.call.name}: ${describe(one)}`)].join('\n'),
      };
    const refund = refundCall(prompt);
    const account = firstMatch(prompt, /\b(C-\d+)\b/) ?? 'C-204';
    const { amount, currency, order_id: orderId } = refund.arguments;
    const mail = mailCall(prompt);
    return {
      thought: 'Refund, message and account change do not depend on each other, so I ask for all three at once.',
      calls: [
        refund,
        {
          name: mail.name,
          arguments: {
            ...mail.arguments,
            subject: 'Your refund is on its way',
            body: `Hello,\n\nwe have refunded ${String(amount)} ${String(currency)} for order ${String(orderId)}. It can take three working days to arrive.\n\nKind regards,\nCustomer Care`,
          },
        },
        { name: 'update_account', arguments: { account_id: account, add_tags: ['refunded', 'priority'] } },
      ],
    };
  },
};

function describe(answered: AnsweredCall): string {
  const { call } = answered;
  if (call.name === 'issue_refund')
    return describeOutcome(answered, (changed) => refundEffect(changed ?? call.arguments), 'was issued');
  if (call.name === 'send_email')
    return describeOutcome(answered, (changed) => mailEffect(changed ?? call.arguments), 'was sent');
  if (call.name !== 'update_account') return describeAnyOutcome(answered);
  return describeOutcome(
    answered,
    (changed) => `the change of account ${String((changed ?? call.arguments).account_id)}`,
    'was made',
  );
}
