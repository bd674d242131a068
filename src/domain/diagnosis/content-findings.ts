import type { CompleteReading } from '../sources/complete.ts';
import { type Finding, failed, passed } from './finding.ts';

export const JSON_FINDING = passed('json', 'The body is JSON that means one thing only.');

export function contentFinding(reading: CompleteReading): Finding {
  switch (reading.outcome) {
    case 'unusable':
      return failed('content', 'It cannot be used as it is: mend what stands in `errors`.');
    case 'held':
      return passed('content', `It is kept, and not carried out for now. ${reading.detail}`);
    case 'read':
      return reading.notices.length === 0
        ? passed('content', 'Understood, and not our business: it has no effect.')
        : passed('content', 'Understood.');
  }
}

/** It stays in the queue until the platform answers. */
export const UNANSWERED = failed(
  'content',
  'The API of the platform does not answer to what the callback names: it is kept, and tried again.',
  null,
);
