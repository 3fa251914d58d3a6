import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts and opens small secrets that the database keeps. */
export type SecretBox = Readonly<{ seal(text: string): Uint8Array<ArrayBuffer>; open(sealed: Uint8Array): string }>;

const ivBytes = 12; // NIST SP 800-38D: 96-bit nonces for GCM
const tagBytes = 16;

/** AES-256-GCM with a key derived from the app's master secret; sealed form: nonce, tag, ciphertext. `open` throws when it was changed. */
export function secretBox(appSecret: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', appSecret, 'countersign', 'secrets at rest', 32));
  return {
    seal(text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]));
    },
    open(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}
