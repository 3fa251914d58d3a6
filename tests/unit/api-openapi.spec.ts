import fs from 'node:fs';
import path from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { openApiDocument, operations } from '@/lib/api/openapi';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';

const document = openApiDocument('https://countersign.example');

test('every route of the API is described, and nothing else', () => {
  const root = path.resolve('app/api/v1');
  const described = operations.map(({ method, path: address }) => `${method.toUpperCase()} ${address}`).sort();
  const routes = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'route.ts' && !file.startsWith('[[...path]]'))
    .flatMap((file) => {
      const source = fs.readFileSync(path.join(root, file), 'utf8');
      const address = `/api/v1/${path
        .dirname(file)
        .replaceAll(path.sep, '/')
        .replace(/\[(\w+)\]/g, '{$1}')}`;
      return [...source.matchAll(/^ {2}async (GET|POST|PUT|PATCH|DELETE)\(/gm)].map(([, verb]) => `${verb} ${address}`);
    });
  expect(routes.sort()).toEqual(described);
});

test('every reference leads somewhere, every operation has a name of its own, and the text is plain JSON', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target = '']) => target);
  expect(references.length).toBeGreaterThan(10);
  for (const target of references) {
    const found = target
      .slice(2)
      .split('/')
      .reduce<Json | undefined>(
        (value, part) => (isJsonObject(value) ? (value as JsonObject)[part] : undefined),
        document,
      );
    expect(isJsonObject(found), target).toBe(true);
  }
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});

test('the examples are what the schemas allow', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  ajv.addSchema({ $id: 'doc', ...document });
  const checked = operations.flatMap(({ body }) => {
    if (body === undefined) return [];
    const validate = ajv.compile({ $ref: `doc#/components/schemas/${body.schema}` });
    expect(validate(body.example), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...body.example, unknown: 1 })).toBe(false);
    return [body.schema];
  });
  expect(checked).toHaveLength(8);
});

test('all but the document itself ask for a key and name its scope', () => {
  expect(document.security).toEqual([{ key: [] }]);
  expect(operations.filter(({ scopes }) => scopes.length === 0).map(({ id }) => id)).toEqual(['readOpenApi']);
  for (const { scopes, problems } of operations) {
    if (scopes.length > 0) expect(Object.keys(problems)).toEqual(expect.arrayContaining(['401', '403']));
  }
});
