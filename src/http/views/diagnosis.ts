import * as v from 'valibot';
import { DIAGNOSES, type Diagnosis as DiagnosisRow } from '../../domain/diagnosis/diagnosis.ts';
import { STEPS } from '../../domain/diagnosis/finding.ts';
import { MISTAKES } from '../../domain/diagnosis/mistakes.ts';
import { refusalCodes } from '../problem.ts';
import { CallbackErrors } from './callback.ts';
import { Outline, outlineOf } from './outline.ts';

export const Diagnosis = v.pipe(
  v.object({
    verdict: v.pipe(
      v.picklist(DIAGNOSES),
      v.description(
        'accepted: it would be carried out; held: kept until the operator does what the step says; queued: kept, and tried again; ping: the platform tries the address; refused.',
      ),
    ),
    refusal: v.pipe(
      v.nullable(v.picklist(refusalCodes())),
      v.description('The code that its sender is answered; null: it is not refused.'),
    ),
    steps: v.pipe(
      v.array(
        v.object({
          step: v.picklist(STEPS),
          passed: v.pipe(v.nullable(v.boolean()), v.description('null: nobody looked.')),
          detail: v.string(),
        }),
      ),
      v.description('All of them, in their order. A source that is not in use keeps nobody from looking further.'),
    ),
    mistake: v.pipe(
      v.nullable(v.object({ code: v.picklist(MISTAKES), detail: v.string() })),
      v.description(
        'A usual mistake that explains why it is refused: without it, it would not be. null: none of them.',
      ),
    ),
    errors: v.pipe(CallbackErrors, v.description('What to mend in its body.')),
    understood: v.pipe(
      v.nullable(v.object({ type: v.string(), notices: v.array(Outline) })),
      v.description('What it says, in our words and without what is personal; null: nobody read it.'),
    ),
  }),
  v.title('Diagnosis'),
);

export const diagnosisExample = {
  verdict: 'refused',
  refusal: 'signature_invalid',
  steps: [
    { step: 'method', passed: true, detail: 'POST.' },
    { step: 'content_encoding', passed: true, detail: 'The body is sent as it is.' },
    { step: 'size', passed: true, detail: 'The body has 83 bytes, of at most 1048576.' },
    { step: 'media_type', passed: true, detail: 'JSON in UTF-8.' },
    { step: 'source', passed: true, detail: 'It is enabled.' },
    { step: 'headers', passed: true, detail: 'Those that the scheme asks for are there, in their form.' },
    { step: 'freshness', passed: true, detail: 'The signed time is near enough.' },
    { step: 'key', passed: true, detail: 'The source has a secret in force.' },
    {
      step: 'signature',
      passed: false,
      detail:
        'No key in force holds for this signature of these bytes: compare the secret or public key, and sign the body exactly as it is sent.',
    },
    { step: 'json', passed: null, detail: 'Not reached.' },
    { step: 'content', passed: null, detail: 'Not reached.' },
  ],
  mistake: {
    code: 'final_newline',
    detail:
      'The signature is of the body without its last line feed: sign the bytes that are sent, and let nothing change them in between.',
  },
  errors: [],
  understood: null,
} as const;

export function viewOfDiagnosis({ findings, understood, ...diagnosis }: DiagnosisRow) {
  return {
    ...diagnosis,
    steps: findings.map(({ step, passed, detail }) => ({ step, passed, detail })),
    understood:
      understood === null
        ? null
        : { type: understood.type, notices: understood.notices.map((each) => outlineOf(each)) },
  };
}
