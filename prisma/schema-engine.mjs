#!/usr/bin/env node
// Prisma Migrate without a downloaded engine: answers the CLI's JSON-RPC on stdio with the WebAssembly schema engine from
// npm, and reaches PostgreSQL through @prisma/adapter-pg. Named in prisma.config.ts.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const POSTGRES_CHAR = 18; // type id of "char", one byte, which the catalogue queries return
const POSTGRES_TEXT = 25;

const argv = process.argv.slice(2);
const valuesOf = (option) => argv.flatMap((argument, at) => (argument === option ? [argv[at + 1]] : []));
const datasource = JSON.parse(valuesOf('--datasource')[0] ?? '{}');
const url = datasource.url ?? process.env.DATABASE_URL;
const datamodels = valuesOf('--datamodels').map((file) => [file, fs.readFileSync(file, 'utf8')]);
const openConnections = new Set();

const factory = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: () => connect(url),
  // The adapter's own connectToShadowDb(), given a connection string, stays on the main database.
  connectToShadowDb,
};

await loadEngine();
if (argv.includes('--version') || argv.includes('-V')) console.log(`schema-engine-wasm ${engine.version()}`);
else if (argv.includes('cli')) process.exitCode = await answerOnce(argv[argv.indexOf('cli') + 1]);
else answerRequests();

async function loadEngine() {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const bytes = fs.readFileSync(path.join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/** `schema-engine --datasource … cli can-connect-to-database | create-database | drop-database` */
async function answerOnce(command) {
  const name = pg.escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
  try {
    if (command === 'create-database') await execute(onDatabase('postgres'), `CREATE DATABASE ${name}`);
    else if (command === 'drop-database')
      await execute(onDatabase('postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    else await execute(url, 'SELECT 1');
    return 0;
  } catch (error) {
    const prismaCode =
      { '3D000': 'P1003', ECONNREFUSED: 'P1001', ENOTFOUND: 'P1001', '28P01': 'P1000' }[error.code] ?? 'P1010';
    const fields = { message: error.message, error_code: prismaCode, is_panic: false };
    process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}\n`);
    return 1;
  }
}

/** One request at a time, in order, until stdin ends. */
function answerRequests() {
  let queue = Promise.resolve();
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const message = line.trim() === '' ? {} : JSON.parse(line);
    if (message.method) queue = queue.then(() => answer(message));
  });
  lines.on('close', () => queue.then(() => process.exit(0)));
}

async function answer({ id, method, params }) {
  let schemaEngine;
  try {
    // A new engine for each request, its connections closed after it: they hold a session-level advisory lock.
    schemaEngine = await engine.SchemaEngine.new(
      { datamodels: datamodels.length > 0 ? datamodels : undefined },
      () => {},
      bindMigrationAwareSqlAdapterFactory(factory),
    );
    // These two find the shadow database only after a diagnosis on the same engine.
    if (method === 'evaluateDataLoss' || method === 'createMigration') {
      await schemaEngine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters });
    }
    const result = await schemaEngine[method === 'getDatabaseVersion' ? 'version' : method](params);
    if (method === 'diff' && result?.stdout != null) {
      send({ id: `print-${id}`, method: 'print', params: { content: result.stdout } });
    }
    send({ id, result: result ?? null });
  } catch (error) {
    const data = {
      is_panic: false,
      message: error.message ?? String(error),
      meta: error.meta ?? null,
      error_code: error.code ?? null,
    };
    send({ id, error: { code: 4466, message: 'Error in the schema engine', data } });
  } finally {
    schemaEngine?.free();
    for (const connection of [...openConnections]) await connection.dispose().catch(() => {});
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

async function connectToShadowDb() {
  if (datasource.shadowDatabaseUrl) return connect(datasource.shadowDatabaseUrl);
  const name = `prisma_shadow_${randomUUID().replaceAll('-', '')}`;
  await execute(url, `CREATE DATABASE ${name} TEMPLATE template0`);
  return connect(onDatabase(name), () => execute(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

async function connect(connectionString, afterwards = async () => {}) {
  const connection = await new PrismaPg({ connectionString, max: 1 }).connect();
  readCharsAsText(connection);
  // The adapter cuts scripts at every ";", also inside $$…$$. One query of the simple protocol is atomic and leaves them whole.
  connection.executeScript = async (sql) => {
    try {
      await connection.underlyingDriver().query(sql);
    } catch (error) {
      connection.onError(error);
    }
  };
  const dispose = connection.dispose.bind(connection);
  connection.dispose = async () => {
    if (!openConnections.delete(connection)) return;
    await dispose();
    await afterwards();
  };
  openConnections.add(connection);
  return connection;
}

/** The adapter does not map PostgreSQL's "char": passes it through as text and names it a character afterwards. */
function readCharsAsText(connection) {
  const performIO = connection.performIO.bind(connection);
  const queryRaw = connection.queryRaw.bind(connection);
  let isChar = [];
  connection.performIO = async (query) => {
    const result = await performIO(query);
    isChar = result.fields.map((field) => field.dataTypeID === POSTGRES_CHAR);
    for (const [at, field] of result.fields.entries()) if (isChar[at]) field.dataTypeID = POSTGRES_TEXT;
    return result;
  };
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    result.columnTypes = result.columnTypes.map((type, at) => (isChar[at] ? ColumnTypeEnum.Character : type));
    return result;
  };
}

function onDatabase(name) {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.toString();
}

async function execute(connectionString, sql) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
