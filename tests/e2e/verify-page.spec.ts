import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNoSidewaysScroll, pay, test, unique } from './review-fixture';

async function dropped(page: Page, files: { name: string; text: string }[]): Promise<void> {
  await page
    .locator('#files')
    .setInputFiles(
      files.map(({ name, text }) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })),
    );
}

test('a receipt from the request page is verified on a page without sign-in, and on a copy of it without a network', async ({
  browser,
  world,
}) => {
  const { approvals } = await world.start([pay(unique())]);
  const [approvalId = ''] = approvals;
  expect(await world.vote(approvalId, { verdict: 'approve' })).toBe(200);
  const request = await world.open('vera', `/approvals/${approvalId}`);
  const link = request.getByRole('link', { name: 'Receipt' });
  await expect(link).toBeVisible();
  const [download] = await Promise.all([request.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe(`countersign-receipt-${approvalId}.json`);
  const receipt = fs.readFileSync((await download.path()) ?? '', 'utf8');

  const visitor = await browser.newContext({ baseURL: process.env.E2E_APP_URL ?? '' });
  const page = await visitor.newPage();
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const answer = await page.goto('/verify');
  expect(answer?.headers()['content-security-policy']).toMatch(/script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
  await expect(page.getByText('One key, published by')).toBeVisible();
  const results = page.locator('.result');
  await dropped(page, [{ name: 'receipt.json', text: receipt }]);
  await expect(results.getByText('Verified', { exact: true })).toBeVisible();
  await expect(results.getByText('Receipt of the decision on review_pay')).toBeVisible();
  await expect(results.getByText('Whether the call was carried out')).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 800 });
  await expectNoSidewaysScroll(page);

  await page.getByRole('button', { name: 'Clear' }).click();
  await dropped(page, [{ name: 'forged.json', text: receipt.replace('"leaf_index": ', '"leaf_index": 1') }]);
  await expect(results.getByText('Not verified')).toBeVisible();
  await expect(results.getByText(/not number 1\d* of the log|none of entry 1\d*/)).toBeVisible();
  expect(errors).toEqual([]);

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-verify-'));
  const copy = path.join(folder, 'verify.html');
  fs.writeFileSync(copy, (await answer?.text()) ?? '');
  const keys = await (await visitor.request.get('/.well-known/jwks.json')).text();
  await visitor.setOffline(true);
  await page.goto(`file://${copy}`);
  await expect(page.getByText('None yet: signatures cannot be checked.')).toBeVisible();
  await dropped(page, [{ name: 'receipt.json', text: receipt }]);
  await expect(results.getByText('Not fully checked')).toBeVisible();
  await dropped(page, [{ name: 'jwks.json', text: keys }]);
  await expect(results.getByText('Verified', { exact: true })).toBeVisible();
  expect(errors).toEqual([]);
  await visitor.close();
  fs.rmSync(folder, { recursive: true, force: true });
});
