import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020, type SchemaObject } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { SCHEME_NAMES, schemeChoice, schemeOf } from '../../../src/domain/sources/schemes.ts';

const input = schemeChoice({ name: v.string() });

test('every name leads to the scheme of that name, and to an input that chooses it', () => {
  for (const name of SCHEME_NAMES) {
    expect(schemeOf(name)?.name).toBe(name);
    const { issues = [] } = v.safeParse(input, { name: 'Shop', scheme: name, config: 7 });
    expect(
      issues.map((issue) => v.getDotPath(issue)),
      name,
    ).toEqual(['config']);
  }
});

test('a name of no scheme leads nowhere', () => {
  for (const name of ['', 'HMAC', 'paypal', 'toString', '__proto__', 'constructor']) expect(schemeOf(name)).toBeNull();
});

test('settings belong to their scheme', () => {
  expect(v.is(input, { name: 'Shop', scheme: 'hmac', config: { hash: 'sha512' } })).toBe(true);
  expect(v.is(input, { name: 'Shop', scheme: 'standard_webhooks', config: { hash: 'sha512' } })).toBe(false);
  expect(v.is(input, { name: 'Shop', scheme: 'standard_webhooks', config: { version: 'v1a' } })).toBe(true);
  expect(v.is(input, { name: 'Shop', scheme: 'none' })).toBe(false);
  expect(v.is(input, { name: 'Shop' })).toBe(false);
  expect(v.is(input, { name: 'Shop', scheme: 'hmac', extra: 1 })).toBe(false);
  expect(v.is(input, { scheme: 'hmac' })).toBe(false);
});

test('the document describes the same choice', () => {
  const schema = toJsonSchema(input, {
    target: 'draft-2020-12',
    typeMode: 'input',
    ignoreActions: ['check', 'raw_check'],
  });
  const documented = new Ajv2020({ validateFormats: false }).compile(schema as SchemaObject);
  expect(documented({ name: 'Shop', scheme: 'hmac', config: { hash: 'sha512' } })).toBe(true);
  expect(documented({ name: 'Shop', scheme: 'hmac', config: { preset: 'github' } })).toBe(true);
  expect(documented({ name: 'Shop', scheme: 'hmac', config: { preset: 'github', hash: 'sha512' } })).toBe(false);
  expect(documented({ name: 'Shop', scheme: 'hmac', config: { preset: 'gitlab' } })).toBe(false);
  expect(documented({ name: 'Shop', scheme: 'standard_webhooks' })).toBe(true);
  expect(documented({ name: 'Shop', scheme: 'standard_webhooks', config: { hash: 'sha512' } })).toBe(false);
  expect(documented({ name: 'Shop', scheme: 'hmac', config: { signatureHeader: 'x y' } })).toBe(false);
});
