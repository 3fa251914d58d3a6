import { currentPerson } from '@/lib/auth';
import { AppError } from '@/lib/errors';
import { readReceiptFile } from '@/lib/receipts/receipt-file';
import { services } from '@/lib/services';

/** The receipt of a decision as a download, for whoever is signed in. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const viewer = await currentPerson();
  if (viewer === null) return said(403, 'Sign in first.');
  const { id } = await params;
  try {
    const file = await readReceiptFile(services(), id.slice(0, 100), viewer);
    if (file === null) return said(404, 'There is no such request.');
    return new Response(file, {
      headers: {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="countersign-receipt-${id}.json"`,
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    if (error instanceof AppError) return said(error.code === 'forbidden' ? 403 : 409, error.message);
    throw error;
  }
}

function said(status: number, message: string): Response {
  return new Response(`${message}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
