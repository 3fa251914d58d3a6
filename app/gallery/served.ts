import { notFound } from 'next/navigation';
import { connection } from 'next/server';
import { env } from '@/lib/env';

/** Lets the gallery answer in development, and in production only when `GALLERY` is set. Read at each request, never in a build. */
export async function requireGallery(): Promise<void> {
  await connection();
  if (!env().gallery) notFound();
}
