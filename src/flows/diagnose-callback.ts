import type { Context } from '../context.ts';
import { type DiagnosisFacts, diagnosisFacts } from '../db/diagnosis-facts.ts';
import { contentFinding, JSON_FINDING, UNANSWERED } from '../domain/diagnosis/content-findings.ts';
import { type Diagnosis, diagnosed } from '../domain/diagnosis/diagnosis.ts';
import { doorFindings, PING, sourceFinding } from '../domain/diagnosis/door-findings.ts';
import { type Finding, failed } from '../domain/diagnosis/finding.ts';
import { misreadBodies } from '../domain/diagnosis/misread-bodies.ts';
import { misreadKeys } from '../domain/diagnosis/misread-keys.ts';
import { findMistake, type Mistake } from '../domain/diagnosis/mistakes.ts';
import { otherSecrets } from '../domain/diagnosis/other-secrets.ts';
import { proofFindings } from '../domain/diagnosis/proof-findings.ts';
import { type CompleteReading, complete } from '../domain/sources/complete.ts';
import type { CallbackRequest } from '../domain/sources/contract.ts';
import { openAccessToken, schemeFor, secretsInForce } from '../domain/sources/secret.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { Refusal } from '../lib/refusal.ts';

interface Pasted {
  request: CallbackRequest;
  /** When it came. */
  at: number;
}

/** A callback is refused and nobody knows why: take it through every step as it would go, without any effect, and say where it fails. */
export async function diagnoseCallback(
  context: Context,
  storeId: string,
  sourceId: string,
  pasted: Pasted,
): Promise<Diagnosis> {
  const facts = await diagnosisFacts(context.db, storeId, sourceId);
  if (facts === null) throw new Refusal('source_not_found');
  const { request } = pasted;
  const door = doorFindings(request);
  const closed = door.find(({ passed }) => passed === false);
  if (closed?.step === 'media_type' && schemeFor(facts.source).isPing?.(request))
    return diagnosed([...door.slice(0, -1), PING]);
  if (closed !== undefined) return diagnosed(door);

  const proof = await prove(context, facts, pasted);
  const findings = [...door, sourceFinding(facts.source), ...proof.findings];
  if (!proof.holds) return diagnosed(findings, { mistake: proof.mistake });

  const content = await read(context, facts, request);
  return diagnosed([...findings, ...content.findings], content);
}

async function prove(
  { keyring, publishedKeys }: Context,
  { source, foreignSecrets }: DiagnosisFacts,
  { request, at }: Pasted,
): Promise<{ findings: Finding[]; holds: boolean; mistake: Mistake | null }> {
  const scheme = schemeFor(source);
  const { config } = source;
  const secrets = await secretsInForce(keyring, source, at);
  const input = { request, secrets, config, now: at, publishedKeys };
  const verification = await scheme.verify(input);
  const findings = await proofFindings(scheme, input, verification);
  if (verification.outcome !== 'refused') {
    return { findings, holds: verification.outcome === 'verified', mistake: null };
  }
  const others = await otherSecrets(keyring, source, foreignSecrets, at);
  function* suspicions() {
    yield* others;
    yield* misreadBodies(request.body);
    yield* misreadKeys(source, request.headers, secrets);
  }
  return { findings, holds: false, mistake: await findMistake(scheme, input, verification, suspicions()) };
}

async function read(
  { keyring, lookUp }: Context,
  { source }: DiagnosisFacts,
  request: CallbackRequest,
): Promise<{ findings: Finding[]; reading?: CompleteReading }> {
  const scheme = schemeFor(source);
  const json = parseStrictJson(request.body, scheme);
  if (!json.ok) return { findings: [failed('json', json.detail)] };
  const { config, mode } = source;
  const accessToken = await openAccessToken(keyring, source);
  try {
    const reading = await complete(scheme.read({ json: json.value, request, config, mode, accessToken }), lookUp);
    return { findings: [JSON_FINDING, contentFinding(reading)], reading };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'sender_unavailable') throw error;
    return { findings: [JSON_FINDING, UNANSWERED] };
  }
}
