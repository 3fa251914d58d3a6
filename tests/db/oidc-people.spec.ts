import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Claims } from '@/lib/domain/claims';
import type { Person } from '@/lib/domain/person';
import { discover } from '@/lib/oidc/discovery';
import { beginSignIn, endSignIn } from '@/lib/oidc/flow';
import { admit } from '@/lib/oidc/person';
import { type OidcService, oidcService, type ServiceInput, saveService } from '@/lib/oidc/service';
import { authOf, isServiceOnly } from '@/lib/people/authentication';
import { createGroup, groupsOf } from '@/lib/people/groups';
import { deactivatePerson } from '@/lib/people/people';
import { changeSignInRules } from '@/lib/people/sign-in-rules';
import { aPassword, fromWeb, openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
let admin: Person;
beforeEach(async () => {
  workspace = await openWorkspace({ APP_URL: 'https://approvals.example.com' });
  admin = await workspace.person('admin');
});
afterEach(() => workspace.close());

const input: ServiceInput = {
  name: 'Test ID',
  issuer: 'https://id.example.com',
  clientId: 'countersign',
  clientSecret: 'a client secret',
  scopes: 'openid email profile',
  enabled: true,
  createPeople: true,
  trustEmail: false,
  defaultRole: 'viewer',
  claim: 'groups',
  roleRules: [
    { value: 'bosses', role: 'admin' },
    { value: 'approvers', role: 'reviewer' },
  ],
  groupRules: [{ value: 'money', group: 'finance' }],
};

async function setUp(changes: Partial<ServiceInput> = {}): Promise<OidcService> {
  await saveService(workspace.services, { ...input, ...changes }, admin, fromWeb);
  const service = await oidcService(workspace.services);
  if (service === null) throw new Error('no service');
  return service;
}

const eve = { email: 'Eve@Example.com', email_verified: true, name: 'Eve', groups: ['approvers', 'money'] };

function arrive(service: OidcService, claims: Claims = eve, subject = 'sub-eve') {
  return admit(workspace.services, service, { subject, claims }, fromWeb);
}

test('whoever signs in for the first time gets an account, with role and groups from the claims', async () => {
  await createGroup(workspace.services, { name: 'finance' }, admin, fromWeb);
  const service = await setUp();
  const admission = await arrive(service);
  expect(admission).toMatchObject({
    kind: 'in',
    person: { email: 'eve@example.com', name: 'Eve', role: 'reviewer', groups: ['finance'], active: true },
  });
  expect(await arrive(service)).toEqual(admission);
  expect(await workspace.prisma.user.count()).toBe(2);
  const actions = await workspace.actions();
  expect(actions.filter((action) => action === 'person.created')).toHaveLength(2);
  expect(actions.filter((action) => action === 'group.member_added')).toHaveLength(1);
});

test('role and groups follow the claims at each sign-in; groups that no rule names are left alone', async () => {
  const { services, prisma } = workspace;
  await createGroup(services, { name: 'finance' }, admin, fromWeb);
  const own = await createGroup(services, { name: 'own' }, admin, fromWeb);
  if (own.kind === 'refused') throw new Error(own.message);
  const service = await setUp();
  const first = await arrive(service);
  if (first.kind === 'refused') throw new Error(first.reason);
  await prisma.groupMember.create({ data: { groupId: own.group.id, userId: first.person.id } });
  expect(await arrive(service, { ...eve, groups: [] })).toMatchObject({
    kind: 'in',
    person: { role: 'viewer', groups: ['own'] },
  });
  expect((await workspace.actions()).slice(-2)).toEqual(['person.role_changed', 'group.member_removed']);
  expect(await groupsOf(prisma, first.person.id)).toEqual(['own']);
});

test('only a verified address opens the account of whoever has it', async () => {
  const ada = await workspace.person('reviewer', 'Ada');
  const service = await setUp();
  const claims = { ...eve, email: ada.email };
  for (const verified of [undefined, false, 'false', 1]) {
    expect(await arrive(service, { ...claims, email_verified: verified })).toEqual({
      kind: 'refused',
      reason: 'email_unverified',
    });
  }
  expect(await arrive(service, claims)).toMatchObject({ kind: 'in', person: { id: ada.id } });
  expect(await arrive(service, { ...claims, email: 'other@example.com', email_verified: false })).toMatchObject({
    person: { id: ada.id }, // known by the service's own id from now on
  });
  expect(await workspace.actions()).toContain('person.linked');
});

test('without an address, without an account where none is made, and deactivated nobody gets in', async () => {
  const { services } = workspace;
  const closed = await setUp({ createPeople: false });
  expect(await arrive(closed, { name: 'Eve' })).toEqual({ kind: 'refused', reason: 'no_email' });
  expect(await arrive(closed)).toEqual({ kind: 'refused', reason: 'no_account' });
  const service = await setUp();
  const admission = await arrive(service);
  if (admission.kind === 'refused') throw new Error(admission.reason);
  await deactivatePerson(services, admission.person.id, admin, fromWeb);
  expect(await arrive(service)).toEqual({ kind: 'refused', reason: 'deactivated' });
});

test('claims do not take the last admin away', async () => {
  const service = await setUp();
  const claims = { ...eve, email: admin.email, groups: [] };
  expect(await arrive(service, claims, 'sub-admin')).toMatchObject({ person: { id: admin.id, role: 'admin' } });
});

test('two first sign-ins at once make one account', async () => {
  const service = await setUp();
  const admissions = await Promise.all([1, 2, 3].map(() => arrive(service)));
  expect(new Set(admissions.map((one) => (one.kind === 'in' ? one.person.id : one.reason))).size).toBe(1);
});

test('the secret is kept sealed, and stays when the form leaves it out', async () => {
  const service = await setUp();
  expect(service.clientSecret).toBe('a client secret');
  const row = await workspace.prisma.oidcService.findFirstOrThrow();
  expect(Buffer.from(row.clientSecret ?? []).toString('latin1')).not.toContain('a client secret');
  expect((await setUp({ clientSecret: null, name: 'Other' })).clientSecret).toBe('a client secret');
});

test('a service that is away says so, and what it said before is good until it is back', async () => {
  const { services } = workspace;
  let up = true;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (!up) return response.writeHead(503).end();
    const document = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` };
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    up = false;
    expect(await discover(services, await setUp({ issuer }))).toMatchObject({ kind: 'away' });
    expect(asked).toBe(2);
    expect(await beginSignIn(services, '/inbox')).toEqual({
      kind: 'refused',
      reason: 'away',
    });
    up = true;
    expect(await discover(services, await setUp({ issuer }))).toMatchObject({ kind: 'known', stale: false });
    const before = asked;
    expect(await discover(services, await setUp({ issuer }))).toMatchObject({ kind: 'known', stale: false });
    expect(asked).toBe(before);
    up = false;
    workspace.moveClock(2 * 3600_000);
    expect(await discover(services, await setUp({ issuer }))).toMatchObject({ kind: 'known', stale: true });
  } finally {
    await new Promise((closed) => server.close(closed));
  }
});

test('a journey that was not begun here, was changed or took too long ends nowhere', async () => {
  const { services } = workspace;
  await setUp();
  const back = new URL('https://approvals.example.com/sign-in/oidc/callback?code=x&state=y');
  for (const sealed of ['', 'made-up', Buffer.from('{}').toString('base64url')]) {
    expect(await endSignIn(services, back, sealed)).toEqual({ kind: 'refused', reason: 'over' });
  }
});

test('through the service alone: passwords open nothing but for those who were chosen, and never for nobody', async () => {
  const { services } = workspace;
  const ada = await workspace.person('reviewer', 'Ada');
  const only = (breakGlass: string[]) => changeSignInRules(services, { serviceOnly: true, breakGlass }, admin, fromWeb);
  await expect(only([admin.id])).rejects.toMatchObject({ code: 'invalid_input' }); // no service
  await setUp();
  await expect(only([])).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(only([ada.id])).rejects.toMatchObject({ code: 'invalid_input' });
  await only([admin.id]);
  const signIn = (email: string) =>
    authOf(services).api.signInEmail({
      body: { email, password: aPassword },
      headers: new Headers({ origin: 'https://approvals.example.com' }),
    });
  await expect(signIn(ada.email)).rejects.toSatisfy(isServiceOnly);
  await expect(signIn(admin.email)).resolves.toBeDefined();
  await setUp({ enabled: false });
  await expect(signIn(ada.email)).resolves.toBeDefined(); // nobody is shut out by a service that is off
});
