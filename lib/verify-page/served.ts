import fs from 'node:fs/promises';
import path from 'node:path';

/** The page as it was built, with the policy that stands in it, to be sent as a header too. */
export type ServedPage = Readonly<{ html: string; policy: string }>;

let kept: ServedPage | null = null;

/** Reads the page that the launcher built (lib/launch/verify-page.mjs). */
export async function verifyPage(): Promise<ServedPage> {
  if (kept !== null) return kept;
  const html = await fs.readFile(path.join(process.cwd(), 'lib/generated/verify.html'), 'utf8');
  const [, policy = "default-src 'none'"] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  kept = { html, policy: `${policy}; frame-ancestors 'none'` };
  return kept;
}
