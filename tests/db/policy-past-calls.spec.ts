import { expect, test } from 'vitest';
import { policyDocument } from '@/lib/domain/policy/document';
import { pastCall, pastCalls } from '@/lib/policies/past-calls';
import { aPerson } from '@/tests/support/builders';
import { openShelf } from './queries-fixture';

const admin = aPerson('boss', 'admin');

test('a past call becomes a test case that a policy can hold, without what is masked', async () => {
  const shelf = await openShelf();
  try {
    await shelf.prisma.tool.create({
      data: { name: 'issue_refund', tier: 3, maskedFields: ['card.number'], riskFields: [] },
    });
    const card = { number: '4111', holder: 'Ada' };
    const id = await shelf.approval({
      name: 'issue_refund',
      arguments: { amount: 5, token: 's', card, also: [{ token: 't', id: 1 }] },
      maskedFields: ['token'],
    });
    await shelf.approval({ name: 'send_email' });
    expect(await pastCalls(shelf.services, 'issue', admin)).toMatchObject([{ id, tool: 'issue_refund' }]);
    expect(await pastCalls(shelf.services, '', admin)).toHaveLength(2);
    const call = await pastCall(shelf.services, id, admin);
    expect(call).toMatchObject({
      tool: 'issue_refund',
      tier: 3,
      args: { amount: 5, card: { holder: 'Ada' }, also: [{ id: 1 }] },
    });
    expect(JSON.stringify(call)).not.toMatch(/4111|"s"|"t"/);
    const document = {
      format: 'countersign-policy/1',
      timeZone: 'UTC',
      rules: [],
      tests: [{ name: 'As it was', call, expect: { outcome: 'review' } }],
    };
    expect(policyDocument.safeParse(document).success).toBe(true);
    expect(await pastCall(shelf.services, 'apr_none', admin)).toBeNull();
    await expect(pastCalls(shelf.services, '', aPerson('r', 'reviewer'))).rejects.toThrow();
  } finally {
    await shelf.close();
  }
});
