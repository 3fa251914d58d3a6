import { AppError } from '@/lib/errors';
import { route } from '@/lib/http';

// Every address under /api/v1 that is none of ours, whatever the method.
const unknown = route(async (_request: Request) => {
  throw new AppError('not_found', 'There is nothing at this address. See /api/v1/openapi.json for what there is.');
});

export { unknown as DELETE, unknown as GET, unknown as OPTIONS, unknown as PATCH, unknown as POST, unknown as PUT };
