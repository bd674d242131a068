import type { Refused } from './contract.ts';

export const stale: Refused = {
  outcome: 'refused',
  step: 'freshness',
  hint: 'The signed time is more than 300 seconds away from ours: set the clock of the sender, and sign each attempt anew.',
};

export const wrongSignature: Refused = {
  outcome: 'refused',
  step: 'signature',
  hint: 'No key in force holds for this signature of these bytes: compare the secret or public key, and sign the body exactly as it is sent.',
};

export const unknownKey: Refused = {
  outcome: 'refused',
  step: 'key',
  hint: 'The key that the signature names is not among those of the source.',
};
