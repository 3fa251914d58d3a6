import { verifyPage } from '@/lib/verify-page/served';

export const dynamic = 'force-dynamic';

/** The page that verifies receipts, exports and checkpoints: open to everybody, one file, the same for all. */
export async function GET(): Promise<Response> {
  const { html, policy } = await verifyPage();
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  });
}
