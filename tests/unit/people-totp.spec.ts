import { expect, test } from 'vitest';
import { newTotpSecret, totpAddress, totpCode, totpStep } from '@/lib/people/totp';

// RFC 6238, appendix B: SHA-1, the secret “12345678901234567890”; the last six digits.
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1000);

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
])('at %i s the code is the one of the standard', (seconds, code) => {
  expect(totpCode(secret, Math.floor(seconds / 30))).toBe(code);
  expect(totpStep(secret, code, at(seconds), 0n)).toBe(BigInt(Math.floor(seconds / 30)));
});

test('a code is taken one step early or late, and no later than that', () => {
  const code = totpCode(secret, 1000);
  expect(totpStep(secret, code, at(1000 * 30 + 59), 0n)).toBe(1000n);
  expect(totpStep(secret, code, at(1000 * 30 - 1), 0n)).toBe(1000n);
  expect(totpStep(secret, code, at(1000 * 30 + 60), 0n)).toBeNull();
});

test('a code that was taken is not taken again', () => {
  expect(totpStep(secret, totpCode(secret, 1000), at(30_000), 1000n)).toBeNull();
});

test.each(['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'])('“%s” is no code', (code) => {
  expect(totpStep(secret, code, at(59), 0n)).toBeNull();
});

test('a new secret is 160 bits, and its address names the account', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
  expect(totpAddress('ABC', 'ada@example.com')).toBe(
    'otpauth://totp/Countersign%3Aada%40example.com?secret=ABC&issuer=Countersign',
  );
});
