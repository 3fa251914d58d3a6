import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepSeconds = 30; // RFC 6238, and what every authenticator app takes for granted
const digits = 6;
const toleratedSteps = 1; // a code that was typed slowly, a clock that is a little off
const secretBytes = 20; // RFC 4226: as long as the hash

/** A new shared secret in base 32, as apps take it. */
export function newTotpSecret(): string {
  return base32(randomBytes(secretBytes));
}

/** The time step in which a code was made, if it is one of the steps around `now` and later than `after`; else null. */
export function totpStep(secret: string, code: string, now: Date, after: bigint): bigint | null {
  if (!/^\d{6}$/.test(code)) return null;
  const present = Math.floor(now.getTime() / 1000 / stepSeconds);
  for (let step = present - toleratedSteps; step <= present + toleratedSteps; step++) {
    const fits = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code));
    if (fits && BigInt(step) > after) return BigInt(step);
  }
  return null;
}

/** The code of a time step (RFC 6238 with SHA-1, the one algorithm that all apps know). */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits;
  return String(number).padStart(digits, '0');
}

/** The address that an app reads from a QR code. */
export function totpAddress(secret: string, account: string): string {
  const label = `Countersign:${account}`;
  return `otpauth://totp/${encodeURIComponent(label)}?secret=${secret}&issuer=Countersign`;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'; // RFC 4648

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(Number.parseInt(five, 2))).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}
