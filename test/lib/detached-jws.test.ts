import { describe, expect, test } from 'vitest';
import { detachedJwsMatches } from '../../src/lib/detached-jws.ts';
import { utf8 } from '../../src/lib/encoding.ts';
import { importPublicKey, type SignatureAlgorithm } from '../../src/lib/public-key.ts';

const JOE = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';

const VECTORS: {
  title: string;
  alg: SignatureAlgorithm;
  key: JsonWebKey;
  header: string;
  payload: string;
  signature: string;
}[] = [
  {
    title: 'RFC 7515 §A.2',
    alg: 'RS256',
    key: {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    header: 'eyJhbGciOiJSUzI1NiJ9',
    payload: JOE,
    signature:
      'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  },
  {
    title: 'RFC 7515 §A.3',
    alg: 'ES256',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
    header: 'eyJhbGciOiJFUzI1NiJ9',
    payload: JOE,
    signature: 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
  },
  {
    title: 'RFC 8037 §A.4',
    alg: 'EdDSA',
    key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    header: 'eyJhbGciOiJFZERTQSJ9',
    payload: 'Example of Ed25519 signing',
    signature: 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  },
  {
    title: 'RFC 7520 §4.1',
    alg: 'RS256',
    key: {
      kty: 'RSA',
      n: 'n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw',
      e: 'AQAB',
    },
    header: 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9',
    payload:
      "It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep your feet, there\u2019s no knowing where you might be swept off to.",
    signature:
      'MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg',
  },
];

async function matches(vector: (typeof VECTORS)[number], b64 = true): Promise<boolean> {
  const { key, alg, header, signature, payload } = vector;
  const imported = await importPublicKey(key, alg);
  if (imported === null) throw new Error('The key of a vector is no key');
  return detachedJwsMatches({ protected: header, signature }, utf8(payload), imported, { alg, b64, crit: [] });
}

describe.each(VECTORS)('$title, its payload taken out as §F has it', (vector) => {
  test('is verified beside the payload', async () => {
    expect(await matches(vector)).toBe(true);
  });

  test('is not beside another, nor with another header or signature', async () => {
    const { header, payload, signature } = vector;
    expect(await matches({ ...vector, payload: `${payload} ` })).toBe(false);
    expect(
      await matches({ ...vector, signature: signature.replace(/^./, (first) => (first === 'c' ? 'd' : 'c')) }),
    ).toBe(false);
    const typed = Buffer.from(header, 'base64url').toString().replace('{', '{"typ":"x",');
    expect(await matches({ ...vector, header: Buffer.from(typed).toString('base64url') })).toBe(false);
  });

  test('is not by an algorithm that the header does not name', async () => {
    const imported = await importPublicKey(vector.key, vector.alg);
    if (imported === null) throw new Error('The key of a vector is no key');
    const jws = { protected: vector.header, signature: vector.signature };
    const rules = { alg: 'PS512', b64: true, crit: [] };
    expect(await detachedJwsMatches(jws, utf8(vector.payload), imported, rules)).toBe(false);
  });
});

test('whoever calls it with a payload in the wrong form hears that it is no signature', async () => {
  const [vector] = VECTORS;
  if (vector !== undefined) expect(await matches(vector, false)).toBe(false);
});
