import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import ApproveForm from '@/components/approvals/approve-form';
import type { DockFormProps, DockRequest } from '@/components/approvals/dock';
import { fieldsOf } from '@/lib/approvals/fields';
import { maskChanged } from '@/lib/domain/masking';

const names = { schema: null, maskedFields: ['token'], riskFields: ['token', 'amount'] };
const call = { token: 'GOOD', amount: 10 };

function shown(changed: typeof call, tier: 2 | 3): string {
  const request = {
    id: 'apr_1',
    tier,
    effect: 'Rotate',
    fields: fieldsOf(call, { ...names, agreed: changed }),
    proposal: {
      by: ['Pia'],
      hash: 'b'.repeat(64),
      arguments: maskChanged(call, changed, names.maskedFields),
      fields: fieldsOf(changed, { ...names, agreed: call }),
    },
  } as unknown as DockRequest;
  const idle = () => {};
  const reveal: DockFormProps['reveal'] = async () => ({ kind: 'refused', message: '' });
  const props = { request, reveal, busy: false, problems: [], proof: null, onVote: idle, onRecord: idle };
  return renderToStaticMarkup(createElement(ApproveForm, { ...props, onCancel: idle }));
}

const submitDisabled = (html: string) => /<button[^>]*type="submit"[^>]*>/.exec(html)?.[0].includes('disabled=""');

test('the risk fields that are read once more are those of the proposal that the vote joins', () => {
  const html = shown({ token: 'GOOD', amount: 900 }, 3);
  expect(html.slice(html.indexOf('Read these once more'))).toContain('900');
  expect(submitDisabled(html)).toBe(true); // the token is covered
});

test('a proposal that changed a masked risk field cannot be approved while it is covered, at any tier', () => {
  expect(submitDisabled(shown({ token: 'EVIL', amount: 10 }, 3))).toBe(true);
  expect(submitDisabled(shown({ token: 'EVIL', amount: 10 }, 2))).toBe(true);
  expect(shown({ token: 'EVIL', amount: 10 }, 2)).toContain('Reveal token');
  expect(submitDisabled(shown({ token: 'GOOD', amount: 11 }, 2))).toBe(false);
});
