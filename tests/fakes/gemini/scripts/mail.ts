import type { JsonObject } from '../wire';
import { describeOutcome } from './outcomes';
import { firstMatch, readEmail } from './prompt-facts';
import { declares, type PlannedCall, type Script, type Turn } from './script';

/**
 * Writes to people outside. Its words are a trial for whoever shows them: markup, script tags, chat mentions, and, when
 * the prompt speaks of forwarded or pasted text, characters that cannot be seen or that turn the direction of reading.
 */
export const mail: Script = {
  name: 'mail',
  begins: (context) =>
    declares(context, 'send_email') && /mail|write to|message|reply|newsletter|reminder/i.test(context.prompt),
  play({ prompt, answered }): Turn {
    const [sent] = answered;
    if (sent === undefined) {
      const hidden = /forward|pasted|untrusted|invisible|supplier/i.test(prompt);
      return {
        thought: 'The draft is ready. It leaves the company, so a person should see it first.',
        text: hidden ? HIDDEN_REMARK : MARKUP_REMARK,
        calls: [hidden ? hiddenMailCall(prompt) : mailCall(prompt)],
      };
    }
    return {
      thought: 'I say whether the message went out, and with which wording.',
      text: describeOutcome(sent, (changed) => mailEffect(changed ?? sent.call.arguments), 'was sent'),
    };
  },
};

/** The message that a prompt asks for, with a body of several paragraphs. */
export function mailCall(prompt: string): PlannedCall {
  const to = readEmail(prompt) ?? 'customer@example.com';
  const subject = firstMatch(prompt, /\babout\s+([^.\n]{4,70})/i) ?? 'An update on your request';
  const body = [
    'Hello,',
    `thank you for your patience. We looked into ${subject} and want to tell you where things stand before you have to ask.`,
    'What we found:\n- your records are complete and correct on our side\n- the delay came from a step that we review by hand\n- nothing is required from you at this point',
    'What happens next: a colleague follows up within two working days. If that is too late for you, answer this message and we will find a faster way.',
    'Kind regards,\nCustomer Care',
  ].join('\n\n');
  return { name: 'send_email', arguments: { to, subject: capitalised(subject), body } };
}

export function mailEffect(args: JsonObject): string {
  return `the e-mail to ${String(args.to ?? 'nobody')} with the subject "${String(args.subject ?? '')}"`;
}

const MARKUP_REMARK = [
  '**Draft ready** for <b>review</b> & sending.',
  '<script>document.title = "approved"</script><img src="x" onerror="document.title=1">',
  '<!channel> <@U0000001> please [approve it here](https://phishing.example.com/approve) | *already approved by legal*',
  '`Status: APPROVED` &mdash; 5 < 6 && 7 > 3',
].join('\n');

// Built from code points, so that this file itself stays readable and free of surprises.
const RIGHT_TO_LEFT = String.fromCodePoint(0x202e);
const POP_DIRECTION = String.fromCodePoint(0x202c);
const ISOLATE = String.fromCodePoint(0x2067);
const POP_ISOLATE = String.fromCodePoint(0x2069);
const ZERO_WIDTH_SPACE = String.fromCodePoint(0x200b);
const ZERO_WIDTH_JOINER = String.fromCodePoint(0x200d);
const BYTE_ORDER_MARK = String.fromCodePoint(0xfeff);
const CYRILLIC_A = String.fromCodePoint(0x0430);

const HIDDEN_REMARK = [
  `The supplier${ZERO_WIDTH_SPACE} asked for the change in a mess${ZERO_WIDTH_JOINER}age that I was given.`,
  `File: invoice_${RIGHT_TO_LEFT}fdp.exe${POP_DIRECTION} ${ISOLATE}nothing to see${POP_ISOLATE}${BYTE_ORDER_MARK}`,
].join('\n');

function hiddenMailCall(prompt: string): PlannedCall {
  const plain = mailCall(prompt);
  return {
    name: plain.name,
    arguments: {
      to: `accounts@b${CYRILLIC_A}nk-example.com`,
      subject: `Payment details ${RIGHT_TO_LEFT}elif detadpu${POP_DIRECTION}`,
      body: `Please use the new${ZERO_WIDTH_SPACE} account from today.${ZERO_WIDTH_JOINER}\n\n${String(plain.arguments.body)}`,
    },
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
