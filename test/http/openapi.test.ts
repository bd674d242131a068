import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { buildOpenApi, type JsonObject } from '../../dev/build-openapi.ts';
import { operations } from '../../src/routes/operations.ts';

const document = buildOpenApi(operations);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');

interface Content {
  'application/json'?: { schema: JsonObject; example: unknown };
}

interface Described {
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

describe('the OpenAPI document', () => {
  it('is the one that the operations make (npm run openapi)', () => {
    const written = readFileSync(`${import.meta.dirname}/../../src/openapi.json`, 'utf8');
    expect(JSON.parse(written)).toEqual(document);
  });

  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('leads every reference somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(0);
    for (const path of new Set(references)) {
      const target = path.split('/').reduce<unknown>((at, key) => (at as JsonObject | undefined)?.[key], document);
      expect(target, path).toBeDefined();
    }
  });

  it('gives each operation a name of its own, a summary and a description', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const { summary, description, operationId } of operations) {
      expect(
        [summary, description].every((text) => text.length > 5),
        operationId,
      ).toBe(true);
      expect(description.endsWith('.'), operationId).toBe(true);
    }
  });

  it('has examples of bodies that the operations take', () => {
    for (const { body, operationId } of operations) {
      if (body !== null) expect(v.safeParse(body.schema, body.example).issues, operationId).toBeUndefined();
    }
  });

  it('has examples that fit their schemas, for every body and every answer', () => {
    const paths = document.paths as Record<string, Record<string, Described>>;
    for (const [path, item] of Object.entries(paths)) {
      for (const [method, { requestBody, responses }] of Object.entries(item)) {
        const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
        for (const json of contents.flatMap((content) => content?.['application/json'] ?? [])) {
          const validate = ajv.compile(JSON.parse(JSON.stringify(json.schema).replaceAll('"#/', '"openapi#/')));
          expect(validate(json.example), `${method} ${path}: ${ajv.errorsText(validate.errors)}`).toBe(true);
        }
      }
    }
  });
});
