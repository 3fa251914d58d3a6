/** Facts that a prompt states in its text; each has a stand-in, so that any prompt yields a complete call. */
export type RefundFacts = { orderId: string; amount: number; currency: string; reason: string; email: string };

export function readRefundFacts(prompt: string): RefundFacts {
  const { amount, currency } = readMoney(prompt);
  return {
    orderId:
      firstMatch(prompt, /\b(?:order|purchase|invoice)\s+#?([A-Z]{0,4}-?\d[\w-]*)/i) ?? readCode(prompt) ?? 'A-1001',
    amount,
    currency,
    reason: readReason(prompt),
    email: readEmail(prompt) ?? 'customer@example.com',
  };
}

export function readEmail(prompt: string): string | null {
  return firstMatch(prompt, /([\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})/i);
}

export function firstMatch(text: string, pattern: RegExp): string | null {
  return pattern.exec(text)?.[1] ?? null;
}

function readCode(prompt: string): string | null {
  return firstMatch(prompt, /\b([A-Z]{1,4}-\d{2,})\b/);
}

const SIGNS: Record<string, string | undefined> = { '€': 'EUR', $: 'USD', '£': 'GBP' };

function readMoney(prompt: string): { amount: number; currency: string } {
  const found = /([€$£])\s?(\d+(?:,\d{3})*(?:\.\d{1,2})?)|(\d+(?:,\d{3})*(?:\.\d{1,2})?)\s?(EUR|USD|GBP|CHF|€)/.exec(
    prompt,
  );
  const digits = found?.[2] ?? found?.[3];
  if (digits === undefined) return { amount: 49.9, currency: 'EUR' };
  const unit = found?.[1] ?? found?.[4] ?? 'EUR';
  return { amount: Number(digits.replaceAll(',', '')), currency: SIGNS[unit] ?? unit };
}

const REASONS: [RegExp, string][] = [
  [/twice|duplicate|double/i, 'Duplicate charge'],
  [/damaged|broken|cracked|scratched/i, 'Item arrived damaged'],
  [/late|delay|never (came|arrived)|not arrived|lost/i, 'Delivery did not arrive in time'],
  [/wrong (item|size|colou?r)/i, 'Wrong item delivered'],
  [/cancel/i, 'Order cancelled by the customer'],
];

function readReason(prompt: string): string {
  return REASONS.find(([pattern]) => pattern.test(prompt))?.[1] ?? 'Goodwill after a complaint';
}
