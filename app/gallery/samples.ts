/** Arguments that a hurried eye would pass: a reversed file name, a look-alike space, a hidden joiner. */
export const trickyText = 'invoice_\u202Efdp.exe for ACME\u00A0Ltd\u200B and 👩‍🚀 friends';

export const refund = {
  customer: 'cus_8Hq2LmA',
  amount: 1249.5,
  currency: 'EUR',
  notify: true,
  lines: [
    { sku: 'KB-87', quantity: 1, note: null },
    { sku: 'CBL-2\u200BM', quantity: 4, note: 'Arrived broken. '.repeat(50) },
  ],
  metadata: { ticket: 'SUP-4411', tags: [] },
};

export const editedRefund = {
  ...refund,
  amount: 1100,
  currency: 'EUR',
  notify: 'true',
  lines: [{ sku: 'KB-87', quantity: 1, note: null }],
  reason: 'Shipping is not refunded',
};

export const curl = `curl https://countersign.example/api/v1/approvals/apr_01J9 \\
  -H "Authorization: Bearer $COUNTERSIGN_KEY"`;

const since = new Date('2026-11-22T09:30:00Z');
export const stopped = [
  { scope: 'tool', key: 'issue_refund', name: 'issue_refund', since, by: 'Lena Brandt', reason: 'Refunds go astray' },
  {
    scope: 'agent',
    key: 'agt_desk',
    name: 'Service desk',
    since,
    by: 'Noor Haddad',
    reason: 'It asks in a loop. '.repeat(12),
  },
  { scope: 'tool', key: 'close_account', name: 'close_account', since, by: 'Lena Brandt', reason: '' },
  { scope: 'tool', key: 'send_email', name: 'send_email', since, by: 'Lena Brandt', reason: 'Wrong template' },
] as const;
