import { expect } from 'vitest';
import { z } from 'zod';
import * as approvalRoute from '@/app/api/v1/approvals/[id]/route';
import * as votesRoute from '@/app/api/v1/approvals/[id]/votes/route';
import * as runsRoute from '@/app/api/v1/runs/route';
import { approvalAnswer, problemDocument } from '@/lib/api/schemas';
import { listAudit } from '@/lib/audit/queries';
import type { Person, Role } from '@/lib/domain/person';
import { readEnv } from '@/lib/env';
import { newId } from '@/lib/ids';
import { createKey, type KeyScope } from '@/lib/people/keys';
import { syncInteraction } from '@/lib/runs/sync';
import { createServices, type Services } from '@/lib/services';
import { type FakeGemini, startFakeGemini } from '@/tests/fakes/gemini/server';
import { freshDatabase } from './database';

export type Api = Awaited<ReturnType<typeof openApi>>;

type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;

export const everyScope: readonly KeyScope[] = ['runs', 'approvals', 'votes', 'audit'];

export const refundTool = {
  type: 'function',
  name: 'issue_refund',
  parameters: {
    type: 'object',
    properties: { order_id: { type: 'string' }, amount: { type: 'number' } },
    required: ['order_id', 'amount'],
    additionalProperties: false,
  },
} as const;

/** The API on a database and a simulated Gemini of its own, with a clock that tests may move. */
export async function openApi(environment: Readonly<Record<string, string>> = {}) {
  const database = await freshDatabase();
  const gemini: FakeGemini = await startFakeGemini();
  const made = createServices(
    readEnv({
      DATABASE_URL: database.url,
      APP_SECRET: 'a secret for tests, of some length',
      GEMINI_API_KEY: 'test',
      GOOGLE_GEMINI_BASE_URL: gemini.url,
      ...environment,
    }),
  );
  let offsetMs = 0;
  const services: Services = { ...made, now: () => new Date(Date.now() + offsetMs) };
  // Handlers ask for the services of the process, and in a test that is these.
  (globalThis as typeof globalThis & { countersignServices?: Services }).countersignServices = services;
  const { prisma } = services.db;

  const person = async (role: Role, name: string = role): Promise<Person> => {
    const id = newId('usr');
    const email = `${name.toLowerCase()}-${id.slice(-6)}@example.com`;
    await prisma.user.create({ data: { id, name, email, role } });
    return { id, name, email, role, active: true, groups: [] };
  };
  const key = async (owner: Person | null, scopes: readonly KeyScope[] = everyScope, expiresAt: Date | null = null) =>
    (
      await createKey(services, {
        name: 'test',
        scopes,
        ownerId: owner?.id ?? null,
        expiresAt,
        by: 'system',
        context: { surface: 'cli' },
      })
    ).key;

  /** Asks a handler; a body that is not text or bytes is sent as JSON. */
  const call = async (
    handler: Handler,
    options: {
      key?: string | undefined;
      method?: string;
      path?: string;
      id?: string;
      body?: unknown;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<{ status: number; headers: Headers; body: unknown; text: string }> => {
    const { body } = options;
    const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const request = new Request(`http://localhost${options.path ?? '/api/v1/x'}`, {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...(options.key ? { authorization: `Bearer ${options.key}` } : {}), ...options.headers },
      ...(body === undefined ? {} : { body: raw as string | Uint8Array<ArrayBuffer> }),
    });
    const response = await handler(request, { params: Promise.resolve({ id: options.id ?? '' }) });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json')
      ? z.json().safeParse(safeJson(text)).data
      : null;
    return { status: response.status, headers: response.headers, body: json, text };
  };

  /** Starts a run over the API whose model makes these calls, and reads the pause that follows. */
  const pausedRun = async (
    apiKey: string,
    calls: readonly { name: string; arguments: object }[] = [refund],
    more: object = {},
  ) => {
    const started = await call(runsRoute.POST, {
      key: apiKey,
      body: {
        model: 'gemini-3.8-flash',
        input: `@sim ${JSON.stringify({ calls, final: 'Done.' })}`,
        tools: [refundTool, { type: 'function', name: 'send_mail', parameters: { type: 'object' } }],
        ...more,
      },
    });
    expect(started.status, started.text).toBe(201);
    const run = z.object({ id: z.string(), interaction_id: z.string() }).parse(started.body);
    await expect.poll(() => gemini.interaction(run.interaction_id)?.status).toBe('requires_action');
    await syncInteraction(services, { interactionId: run.interaction_id, trusted: true, firstHeardAt: new Date() });
    const rows = await prisma.approval.findMany({ where: { runId: run.id }, orderBy: { position: 'asc' } });
    const [first] = rows;
    if (!first) throw new Error('the run opened no approval');
    return { ...run, approvals: rows, approval: first };
  };

  const vote = (apiKey: string, approval: { id: string; callHash: string }, ballot: object) =>
    call(votesRoute.POST, { key: apiKey, id: approval.id, body: { call_hash: approval.callHash, ...ballot } });

  const readApproval = async (apiKey: string, id: string) =>
    approvalAnswer.parse((await call(approvalRoute.GET, { key: apiKey, id })).body);

  return {
    services,
    adminUrl: database.adminUrl,
    prisma,
    gemini,
    person,
    key,
    call,
    pausedRun,
    vote,
    readApproval,
    advance: (ms: number) => {
      offsetMs += ms;
    },
    actions: async (action: string) =>
      (await listAudit(services, { action }, { limit: 1000 })).lines
        .toReversed()
        .map(({ actor, facts, context, approvalId }) => ({ actorId: actor.id, facts, context, approvalId })),
    close: async () => {
      await services.db.close();
      await gemini.close();
      await database.drop();
    },
  };
}

export const refund = { name: 'issue_refund', arguments: { order_id: 'A-1042', amount: 25 } } as const;

/** An answer that is a problem document with this status; answers with the document. */
export function expectProblem(answer: { status: number; headers: Headers; body: unknown }, status: number) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const document = problemDocument.parse(answer.body);
  expect(document, JSON.stringify(document)).toMatchObject({ status, instance: expect.stringMatching(/^\/api\/v1/) });
  expect(answer.status).toBe(status);
  return document;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
