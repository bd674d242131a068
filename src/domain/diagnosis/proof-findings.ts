import type { Scheme, Verification, VerificationInput } from '../sources/contract.ts';
import { type Finding, failed, passed, unseen } from './finding.ts';
import { isTimed } from './signed-time.ts';

const HEADERS = passed('headers', 'Those that the scheme asks for are there, in their form.');
const UNREACHED = unseen('freshness', 'Not looked at: the scheme signs no time, or something else was wrong before.');

/** What the scheme's own word on a callback means, step by step. */
export async function proofFindings(
  scheme: Scheme<unknown>,
  input: VerificationInput<unknown>,
  verification: Verification,
): Promise<Finding[]> {
  const timed = await isTimed(scheme, input);
  const freshness = timed ? passed('freshness', 'The signed time is near enough.') : UNREACHED;
  const isPublic = scheme.secretOrigin(input.config) === 'none';
  const secrets = input.secrets.length;
  switch (verification.outcome) {
    case 'malformed':
      return [failed('headers', verification.detail)];
    case 'unavailable':
      return [HEADERS, freshness, failed('key', 'The keys of the sender cannot be fetched now.', 'keys_unavailable')];
    case 'verified':
      return [
        HEADERS,
        timed ? freshness : passed('freshness', 'The scheme signs no time: a callback of any age is as good.'),
        passed('key', isPublic ? 'The key that it names is known.' : inForce(secrets)),
        passed('signature', 'It holds.'),
      ];
    case 'refused':
      break;
  }
  const { step, hint } = verification;
  if (step === 'freshness') return [HEADERS, failed(step, hint)];
  if (step === 'key') return [HEADERS, freshness, failed(step, hint)];
  if (isPublic) return [HEADERS, freshness, unseen('key', 'Not told apart from the signature.'), failed(step, hint)];
  if (secrets === 0) return [HEADERS, freshness, failed('key', 'The source has no secret in force: rotate it.')];
  return [HEADERS, freshness, passed('key', inForce(secrets)), failed(step, hint)];
}

function inForce(secrets: number): string {
  return secrets === 1 ? 'The source has a secret in force.' : `The source has ${secrets} secrets in force.`;
}
