import { describe, expect, it } from 'vitest';
import { parseJson, readBytes, requireJson } from '../../src/http/read-body.ts';

function streamed(chunks: Uint8Array[], headers: Record<string, string> = {}) {
  const pulled = { count: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[pulled.count];
        pulled.count += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel() {
        pulled.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: 'POST', body, headers, duplex: 'half' };
  return { request: new Request('https://any.example', init as RequestInit), pulled };
}

const kilobyte = new Uint8Array(1024).fill(0x20);

describe('a body', () => {
  it('is read to the last byte of the limit', async () => {
    const { request } = streamed([kilobyte, kilobyte]);
    expect(await readBytes(request, 2048)).toHaveLength(2048);
  });

  it('is put together in order', async () => {
    const { request } = streamed([new Uint8Array([1]), new Uint8Array([2, 3]), new Uint8Array(), new Uint8Array([4])]);
    expect([...(await readBytes(request, 10))]).toEqual([1, 2, 3, 4]);
  });

  it('without Content-Length is refused as soon as it is too large, and the rest is not read', async () => {
    const { request, pulled } = streamed(Array.from({ length: 1000 }, () => kilobyte));
    await expect(readBytes(request, 2048)).rejects.toMatchObject({ code: 'body_too_large' });
    expect(pulled.count).toBeLessThan(10);
    expect(pulled.cancelled).toBe(true);
  });

  it('is counted whatever its Content-Length says', async () => {
    const { request } = streamed([kilobyte, kilobyte, kilobyte], { 'Content-Length': '10' });
    await expect(readBytes(request, 2048)).rejects.toMatchObject({ code: 'body_too_large' });
  });

  it('is not read at all when its Content-Length is too large', async () => {
    const { request, pulled } = streamed([kilobyte], { 'Content-Length': '4096' });
    await expect(readBytes(request, 2048)).rejects.toMatchObject({ code: 'body_too_large' });
    expect(pulled.count).toBe(0);
  });

  it('may be missing', async () => {
    expect(await readBytes(new Request('https://any.example', { method: 'POST' }), 10)).toHaveLength(0);
  });
});

describe('a content type', () => {
  const check = (type: string) => () =>
    requireJson(new Request('https://any.example', { method: 'POST', headers: { 'Content-Type': type } }));

  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('%s is JSON', (type) => expect(check(type)).not.toThrow());

  it.each([
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-8',
    'application/json, text/plain',
    'application/problem+json',
    'text/json',
    '',
  ])('%s is not', (type) => expect(check(type)).toThrow('media_type_unsupported'));
});

describe('JSON', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    '[1,]',
    'NaN',
    "{'a':1}",
    '{"a":9007199254740993}',
    `${'['.repeat(40)}${']'.repeat(40)}`,
  ])('%s is malformed', (text) => expect(() => parseJson(new TextEncoder().encode(text))).toThrow('body_malformed'));
});
