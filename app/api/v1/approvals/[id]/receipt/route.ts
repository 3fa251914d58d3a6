import { requireCaller } from '@/lib/api/caller';
import { idOf, notFound, type WithId } from '@/lib/api/request';
import { methods } from '@/lib/http';
import { readReceiptFile } from '@/lib/receipts/receipt-file';
import { services } from '@/lib/services';

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  async GET(request: Request, context: WithId) {
    const caller = await requireCaller(services(), request, { scopes: ['approvals'], permission: 'approvals.read' });
    const file = await readReceiptFile(services(), await idOf(context, 'apr', 'approval'), caller.person);
    if (file === null) throw notFound('approval');
    return new Response(file, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
  },
});
