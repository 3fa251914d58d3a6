import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMrkdwn } from '@/tests/fakes/slack/page/mrkdwn.js';
import { sampleBlocks } from '@/tests/fakes/slack/samples';
import { defaults, type FakeSlack, startFakeSlack } from '@/tests/fakes/slack/server';
import { known } from '@/tests/fakes/slack/world';

describe('markup', () => {
  const text = (value: string) => ({ type: 'text', text: value });
  test.each([
    ['a &lt;!channel&gt; &amp;amp; b', [text('a <!channel> &amp; b')]],
    ['2*3*4 and snake_case_name', [text('2*3*4 and snake_case_name')]],
    ['<!channel>', [{ type: 'mention', kind: 'everyone', id: 'channel', label: null }]],
    ['<@U1>', [{ type: 'mention', kind: 'user', id: 'U1', label: null }]],
    ['<#C1|ops>', [{ type: 'mention', kind: 'channel', id: 'C1', label: 'ops' }]],
    ['<!subteam^S1>', [{ type: 'mention', kind: 'group', id: 'S1', label: null }]],
    [
      '<https://evil.example/?a=1&amp;b=2|bank>',
      [{ type: 'link', url: 'https://evil.example/?a=1&b=2', label: 'bank' }],
    ],
    ['<javascript:alert(1)|x>', [text('<javascript:alert(1)|x>')]],
    [
      '<!date^1795309200^{time}|01:00 UTC>',
      [{ type: 'date', seconds: 1_795_309_200, format: '{time}', fallback: '01:00 UTC' }],
    ],
    ['<b>x</b>', [text('<b>'), text('x'), text('</b>')]],
    ['&gt; said', [{ type: 'quote', children: [text('said')] }]],
  ])('%s', (given, pieces) => {
    expect(parseMrkdwn(given, true)).toEqual(pieces);
  });

  test('bold, italic, struck and code', () => {
    const kinds = parseMrkdwn('*bold* _it_ ~no~ `x*y*`', true).map(({ type }) => type);
    expect(kinds).toEqual(['bold', 'text', 'italic', 'text', 'strike', 'text', 'code']);
  });

  test('a mention inside a fence, and after a fence that foreign text has closed, shows as one', () => {
    const found = parseMrkdwn('```safe ``` <!here>```', true);
    expect(JSON.stringify(found)).toContain('"kind":"everyone"');
    expect(JSON.stringify(parseMrkdwn('```<!here>```', true))).toContain('"kind":"everyone"');
  });

  test('bare addresses and names become links unless the text is verbatim', () => {
    const given = 'see https://x.example and @here';
    expect(parseMrkdwn(given, true)).toEqual([text(given)]);
    expect(parseMrkdwn(given, false).map(({ type }) => type)).toEqual(['text', 'link', 'text', 'mention']);
  });
});

describe('the page', () => {
  let fake: FakeSlack;
  beforeAll(async () => {
    fake = await startFakeSlack();
  });
  afterAll(() => fake.close());

  const seenBy = async (user: string, channel: string) => {
    const response = await fetch(`${fake.url}/__sim/workspace?${new URLSearchParams({ user, channel })}`);
    return (await response.json()) as {
      visible: { name: string }[];
      channel: { id: string; messages: { text: string; onlyForYou: boolean }[] } | null;
    };
  };

  test('is made of its own files, and nothing else may run on it', async () => {
    for (const path of ['/', '/page/page.js', '/page/blocks.js', '/page/mrkdwn.js', '/page/page.css']) {
      const response = await fetch(fake.url + path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    expect((await fetch(`${fake.url}/page/../server.ts`)).status).toBe(404);
  });

  test('shows each person what they may see', async () => {
    const post = (method: string, args: Record<string, string>) =>
      fetch(fake.apiUrl + method, {
        method: 'POST',
        headers: { authorization: `Bearer ${defaults.token}` },
        body: new URLSearchParams(args),
      });
    const channel = known.approvals;
    await post('chat.postMessage', { channel, text: 'for all', blocks: JSON.stringify(sampleBlocks()) });
    await post('chat.postEphemeral', { channel, text: 'for Marta', user: known.marta });
    const texts = async (user: string) => (await seenBy(user, channel)).channel?.messages.map((one) => one.text);
    expect(await texts(known.marta)).toEqual(['for all', 'for Marta']);
    expect(await texts(known.denis)).toEqual(['for all']);
    const outside = await seenBy(known.outsider, channel);
    expect(outside.visible.map(({ name }) => name)).toEqual(['acme-partner']);
    expect(outside.channel?.id).toBe(known.shared);
  });

  test('tells at once that something has changed', async () => {
    const controller = new AbortController();
    const response = await fetch(`${fake.url}/__sim/stream`, { signal: controller.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('hello');
    fake.say({ user: known.marta, channel: known.general, text: 'hi' });
    await fetch(`${fake.url}/__sim/say`, {
      method: 'POST',
      body: JSON.stringify({ user: known.denis, channel: known.general, text: 'hi' }),
    });
    expect((await reader?.read())?.value).toContain('changed');
    controller.abort();
  });
});
