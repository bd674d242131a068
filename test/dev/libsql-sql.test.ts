import { describe, expect, test } from 'vitest';
import { splitSql } from '../../dev/libsql/sql.ts';

describe('an SQL text', () => {
  test.each([
    ['', 0],
    [' ;; ; ', 0],
    ['-- only; a comment', 0],
    ['/* one; */ /* two; */', 0],
    ['/* never closed; SELECT 1', 0],
    ['SELECT 1', 1],
    ['SELECT 1;', 1],
    ['SELECT 1; -- the end', 1],
    ['SELECT \'a;b\', "c;d", `e;f`, [g;h]', 1],
    ["SELECT 'it''s; fine'", 1],
    ["SELECT 'never closed; SELECT 2", 1],
    ['SELECT 1 /* ; */ + 2 -- ;\n + 3', 1],
    ['SELECT 1; SELECT 2', 2],
    ['SELECT 1 -- one\n; SELECT 2', 2],
    ['SELECT 1; = =', 2],
    ['BEGIN; INSERT INTO t VALUES (1); END; SELECT 1', 4],
    ['CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 2', 2],
    ['create temp trigger if not exists x after insert on t begin select 1; end', 1],
    ['EXPLAIN QUERY PLAN CREATE TEMPORARY TRIGGER x BEGIN SELECT 1; END; SELECT 2', 2],
    ['CREATE TABLE trigger_log (a); CREATE TABLE "trigger" (a)', 2],
    ['CREATE TABLE t (trigger TEXT); SELECT 1', 2],
  ])('%j has %d statements', (text, count) => {
    expect(splitSql(text)).toHaveLength(count);
  });

  test('is nothing but its statements, one after the other', () => {
    const text = "/* a */ SELECT ';'; -- b\n CREATE TABLE t (a);\n INSERT INTO t VALUES (1)";
    expect(
      splitSql(text)
        .map(({ sql }) => sql)
        .join(''),
    ).toBe(text);
  });

  test('of twenty megabytes is split as well', () => {
    const long = 'x'.repeat(20_000_000);
    expect(splitSql(`SELECT '${long}'; /*${long}*/ SELECT "${long}"`)).toHaveLength(2);
  });
});

describe('the verb', () => {
  test.each([
    ['select 1', 'SELECT'],
    ['-- first\n/* then */ Insert into t values (1)', 'INSERT'],
    ['WITH x AS (SELECT 1) SELECT * FROM x', 'SELECT'],
    ['WITH x(a) AS (SELECT 1), y AS (VALUES (2)) DELETE FROM t', 'DELETE'],
    ['WITH RECURSIVE x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'INSERT'],
    ['WITH x AS (DELETE) UPDATE t SET a = 1', 'UPDATE'],
    ['EXPLAIN DELETE FROM t', 'EXPLAIN'],
    ['INSERT INTO t SELECT 1', 'INSERT'],
    ['"select" 1', '"SELECT"'],
  ])('of %j is %s', (text, verb) => {
    expect(splitSql(text)[0]?.verb).toBe(verb);
  });
});

describe('parameters', () => {
  test.each([
    ['SELECT 1', []],
    ['SELECT ?, ?', [null, null]],
    ['SELECT ?2, ?', [null, '?2', null]],
    ['SELECT :a, @a, $a, :a', [':a', '@a', '$a']],
    ['SELECT :b, ?1, ?', [':b', null]],
    ['SELECT $a::b(c), :ä1', ['$a::b(c)', ':ä1']],
    ['SELECT \':a\', "?", `@b`, [$c] -- ?\n/* :d */', []],
    ['SELECT a$b, c ->> 1, x FROM t WHERE d=?', [null]],
    ['SELECT ?99999999999', []],
  ])('of %j are %j', (text, parameters) => {
    expect(splitSql(text)[0]?.parameters).toEqual(parameters);
  });
});
