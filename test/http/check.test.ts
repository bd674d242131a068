import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checkBody, checkQuery } from '../../src/http/check.ts';
import { pageQuery } from '../../src/http/paging.ts';
import { Id, TimeInput } from '../../src/http/schemas.ts';
import { type InputError, Refusal } from '../../src/lib/refusal.ts';

function errorsOf(work: () => unknown): InputError[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.errors ?? [];
    throw error;
  }
  throw new Error('Nothing was refused');
}

const Body = v.strictObject({
  name: v.pipe(v.string(), v.minLength(2), v.maxLength(4)),
  side: v.optional(v.picklist(['advocate', 'friend'])),
  rules: v.optional(v.array(v.strictObject({ 'a/b~c': v.pipe(v.number(), v.integer(), v.minValue(1)) }))),
  amounts: v.optional(v.record(v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'Must be a currency.')), v.number())),
  at: v.optional(TimeInput),
  link: v.optional(Id('lnk')),
});

describe('a body', () => {
  it.each([
    ['a missing field', {}, '/name', 'This field is required.'],
    ['an unknown field', { name: 'Ann', more: 1 }, '/more', 'This field is not known here; leave it out.'],
    ['another type', { name: 5 }, '/name', 'Must be of the type string.'],
    ['too little', { name: 'A' }, '/name', 'Must have at least 2 characters.'],
    ['too much', { name: 'Annie' }, '/name', 'Must have at most 4 characters.'],
    ['another word', { name: 'Ann', side: 'both' }, '/side', 'Must be "advocate" or "friend".'],
    [
      'a deep mistake',
      { name: 'Ann', rules: [{ 'a/b~c': 1 }, { 'a/b~c': 0 }] },
      '/rules/1/a~1b~0c',
      'Must be at least 1.',
    ],
    ['a fraction', { name: 'Ann', rules: [{ 'a/b~c': 1.5 }] }, '/rules/0/a~1b~0c', 'Must be a whole number.'],
    ['a wrong name', { name: 'Ann', amounts: { usd: 1 } }, '/amounts/usd', 'Must be a currency.'],
    ['no time', { name: 'Ann', at: 'yesterday' }, '/at', 'Must be a time such as 2026-11-21T20:00:00Z.'],
    ['no id', { name: 'Ann', link: 'lnk_1' }, '/link', 'Must be an id that begins with lnk_.'],
    [
      'an id of something else',
      { name: 'Ann', link: 'adv_01kar7b2e5f3v8t9w0x1y2z3a4' },
      '/link',
      'Must be an id that begins with lnk_.',
    ],
    ['a list', [], '', 'Must be an object.'],
    ['null', null, '', 'Must be an object.'],
    [
      'a name from the prototype',
      { name: 'Ann', constructor: 1 },
      '/constructor',
      'This field is not known here; leave it out.',
    ],
  ])('with %s is refused with a pointer to it and how to mend it', (_, body, pointer, detail) => {
    expect(errorsOf(() => checkBody(Body, body))).toEqual([{ pointer, detail }]);
  });

  it('is told of several mistakes at once, but never of thousands', () => {
    expect(errorsOf(() => checkBody(Body, { name: 1, side: 2, at: 3 }))).toHaveLength(3);
    const rules = Array.from({ length: 5000 }, () => ({ 'a/b~c': 'x' }));
    expect(errorsOf(() => checkBody(Body, { name: 'Ann', rules })).length).toBeLessThanOrEqual(20);
  });

  it('never comes back in the answer, save the start of a field name', () => {
    const secret = 's3cret'.repeat(1000);
    const errors = JSON.stringify(
      errorsOf(() => checkBody(Body, { name: secret, side: secret, link: secret, at: secret })),
    );
    expect(errors).not.toContain('s3cret');
    const [unknown] = errorsOf(() => checkBody(Body, { name: 'Ann', [secret]: 1 }));
    expect(unknown?.pointer.length).toBeLessThan(256);
  });
});

describe('a query', () => {
  const Query = v.strictObject(pageQuery('lnk'));
  const check = (query: string) => checkQuery(Query, new URLSearchParams(query));

  it('has a limit of 20 unless said', () => {
    expect(check('')).toEqual({ limit: 20 });
    expect(check('limit=1')).toEqual({ limit: 1 });
    expect(check('limit=100')).toEqual({ limit: 100 });
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=',
    'limit=1e1',
    'limit=0x10',
    'limit=+5',
    'limit=5.0',
    'limit=%205',
    'limit=٣',
  ])('is refused with %s', (query) => {
    expect(errorsOf(() => check(query))[0]?.pointer).toBe('#query/limit');
  });

  it('is refused with a parameter twice, because it would mean two things', () => {
    expect(errorsOf(() => check('limit=5&limit=6'))).toEqual([{ pointer: '#query/limit', detail: 'Give it once.' }]);
  });

  it.each(['', 'x', '!!', 'bG5rXzE', btoa('adv_01kar7b2e5f3v8t9w0x1y2z3a4')])(
    'is refused with the cursor "%s"',
    (cursor) => {
      expect(errorsOf(() => check(`cursor=${encodeURIComponent(cursor)}`))[0]?.pointer).toBe('#query/cursor');
    },
  );
});
