import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from './generated/prisma/client';

/** Prisma for the use cases, a plain pool for the few statements that must be one round trip. */
export type Database = Readonly<{ prisma: PrismaClient; pool: pg.Pool; close(): Promise<void> }>;

/** What runs inside a transaction. */
export type Transaction = Prisma.TransactionClient;

/** Opens both pools. Connections are made on first use; `close` drains them. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  const shared = {
    connectionString: url,
    // Prisma's adapter sends instants without an offset: in another zone they would be stored hours off.
    options: '-c TimeZone=UTC',
    connectionTimeoutMillis: 10_000,
  };
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ ...shared, max: options.connections ?? 10 }),
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
  const pool = new pg.Pool({ ...shared, max: 4 });
  pool.on('error', () => undefined); // an idle connection broke: the next query opens a new one, or fails where it is seen
  return {
    prisma,
    pool,
    async close() {
      await Promise.allSettled([prisma.$disconnect(), pool.end()]);
    },
  };
}
