import { isEncoded, isJsonInUtf8 } from '../body-headers.ts';
import type { CallbackRequest } from '../sources/contract.ts';
import { type Finding, failed, passed } from './finding.ts';

const LARGEST = 1024 * 1024;

const CHECKS: ((request: CallbackRequest) => Finding)[] = [methodFinding, encodingFinding, sizeFinding, typeFinding];

/** By the unsigned request of a platform that tries the address. */
export const PING = passed(
  'media_type',
  'The platform tries the address with this: it is answered 200, and has no effect.',
);

/** What is looked at before anybody asks whose signature it is; the last one may have failed. */
export function doorFindings(request: CallbackRequest): Finding[] {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const finding = check(request);
    findings.push(finding);
    if (finding.passed === false) break;
  }
  return findings;
}

/** A source that is not in use refuses everything, and can still be helped with the rest. */
export function sourceFinding({ enabled, archivedAt }: { enabled: boolean; archivedAt: number | null }): Finding {
  if (archivedAt !== null) {
    return failed('source', 'The source is archived, for good: create another, and have its callbacks posted there.');
  }
  return enabled
    ? passed('source', 'It is enabled.')
    : failed('source', 'The source is disabled, and refuses all callbacks as if nobody knew it: enable it.');
}

function methodFinding({ method }: CallbackRequest): Finding {
  return method === 'POST' ? passed('method', 'POST.') : failed('method', 'Callbacks are posted: send it by POST.');
}

function encodingFinding({ headers }: CallbackRequest): Finding {
  return isEncoded(headers)
    ? failed('content_encoding', 'Send the body as it is, without Content-Encoding.')
    : passed('content_encoding', 'The body is sent as it is.');
}

function sizeFinding({ headers, body }: CallbackRequest): Finding {
  const declared = headers.get('Content-Length');
  if (body.length > LARGEST || Number(declared ?? 0) > LARGEST) {
    return failed('size', `A callback has at most ${LARGEST} bytes.`);
  }
  const size = `The body has ${body.length} bytes, of at most ${LARGEST}.`;
  if (declared === null || Number(declared) === body.length) return passed('size', size);
  return passed('size', `${size} Its Content-Length is another: it was changed on the way into this request.`);
}

function typeFinding({ headers }: CallbackRequest): Finding {
  return isJsonInUtf8(headers)
    ? passed('media_type', 'JSON in UTF-8.')
    : failed('media_type', 'Send `Content-Type: application/json`, in UTF-8.');
}
