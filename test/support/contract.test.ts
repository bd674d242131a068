import { describe, expect, it } from 'vitest';
import { checkContract, type Exchange } from './contract.ts';

const kept: Exchange = {
  method: 'GET',
  path: '/health',
  status: 200,
  headers: new Headers({ 'X-Request-Id': 'request-1', 'Content-Type': 'application/json' }),
  text: '{"status":"up"}',
  body: { status: 'up' },
};

const problem = {
  type: 'https://any.example/problems#query_invalid',
  title: 'Invalid query',
  status: 422,
  detail: 'Mend it.',
  code: 'query_invalid',
  requestId: 'request-1',
};

const refused: Exchange = {
  ...kept,
  status: 422,
  headers: new Headers({ 'X-Request-Id': 'request-1', 'Content-Type': 'application/problem+json' }),
  body: problem,
};

// The witness of the whole suite must itself be able to say no.
describe('the contract', () => {
  it('is kept by what the document promises', () => {
    expect(() => checkContract(kept)).not.toThrow();
    expect(() => checkContract(refused)).not.toThrow();
  });

  it.each<[string, Exchange]>([
    ['a status that is not named', { ...kept, status: 201 }],
    ['a missing field', { ...kept, body: {} }],
    ['another value', { ...kept, body: { status: 'down' } }],
    ['a field that is not named', { ...kept, body: { status: 'up', digestKey: 'x' } }],
    ['another content type', { ...kept, headers: new Headers({ 'X-Request-Id': 'r', 'Content-Type': 'text/html' }) }],
    ['no request id', { ...kept, headers: new Headers({ 'Content-Type': 'application/json' }) }],
    ['a refusal that is not named', { ...refused, body: { ...problem, code: 'link_not_found' } }],
    ['a problem with more than is named', { ...refused, body: { ...problem, stack: 'x' } }],
    ['a status in the problem that is not the answer’s', { ...refused, body: { ...problem, status: 400 } }],
    ['a path of the API that does not exist and is no problem', { ...kept, path: '/v1/nothing', status: 404 }],
    ['a method that does not exist and is no problem', { ...kept, method: 'PUT', status: 405 }],
  ])('is broken by %s', (_, exchange) => {
    expect(() => checkContract(exchange)).toThrow('against the OpenAPI document');
  });

  it('is broken by taking a body that the document forbids', () => {
    const headers = new Headers({ 'X-Request-Id': 'request-1', 'Content-Type': 'application/json' });
    const exchange = { ...kept, method: 'PATCH', path: '/v1/stores/sto_1', headers, sent: { name: 'A', more: 1 } };
    const store = {
      id: 'sto_01kar7b2e5f3v8t9w0x1y2z3a4',
      name: 'A',
      mode: 'live',
      twinId: 'sto_01kar7b2e5f3v8t9w0x1y2z3a5',
      clickRetentionDays: 90,
      createdAt: '2026-11-21T20:00:00.000Z',
      updatedAt: '2026-11-21T20:00:00.000Z',
      archivedAt: null,
    };
    expect(() => checkContract({ ...exchange, sent: { name: 'A' }, body: store })).not.toThrow();
    expect(() => checkContract({ ...exchange, body: store })).toThrow('it took a body that is not described');
  });
});
