import { currentPerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { policyToYaml } from '@/lib/domain/policy/yaml';
import { findPolicy } from '@/lib/policies/queries';
import { services } from '@/lib/services';

/** One version of the policy as a file. */
export async function GET(_request: Request, { params }: RouteContext<'/policies/[version]/file'>): Promise<Response> {
  const person = await currentPerson();
  if (person === null || !can(person, 'policies.read')) return new Response('Not allowed.', { status: 403 });
  const version = Number((await params).version);
  const policy = Number.isInteger(version) && version < 2 ** 31 ? await findPolicy(services(), version, person) : null;
  if (policy === null || policy.document === null) return new Response('There is no such version.', { status: 404 });
  return new Response(policyToYaml(policy.document), {
    headers: {
      'content-type': 'application/yaml; charset=utf-8',
      'content-disposition': `attachment; filename="policy-${version}.yaml"`,
    },
  });
}
