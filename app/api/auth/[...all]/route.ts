import { auth } from '@/lib/auth';

// The library has doors for far more (changing a password or a name, listing sessions): they would go round our use
// cases, their permissions and their audit entries. Only these are open.
const open: Readonly<Record<string, string>> = {
  '/api/auth/sign-in/email': 'POST',
  '/api/auth/sign-out': 'POST',
  '/api/auth/get-session': 'GET',
};

async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (open[pathname] !== request.method) return new Response(null, { status: 404 });
  return auth().handler(request);
}

export { handle as GET, handle as POST };
