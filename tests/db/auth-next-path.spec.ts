import { describe, expect, test } from 'vitest';
import { nextPath } from '@/lib/people/next-path';

describe('after signing in one comes only to a page of this app', () => {
  test.each([
    ['/runs/run_1?tab=steps#end', '/runs/run_1?tab=steps#end'],
    ['/inbox', '/inbox'],
    ['/settings/', '/settings/'],
  ])('%s', (given, path) => {
    expect(nextPath(given)).toBe(path);
  });

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/%5C/../\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    '/..//evil.example',
    '/./%2e%2e//evil.example',
    '/api/v1/runs',
    '/sign-in?next=/inbox',
    '/set-up',
    '/',
    '',
    '/'.repeat(3000),
    undefined,
    ['/runs'],
    42,
  ])('not to %j', (given) => {
    expect(nextPath(given)).toBe('/inbox');
  });
});
