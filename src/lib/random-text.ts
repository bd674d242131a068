/** Draws each character of `alphabet` (at most 256 of them) with the same chance. */
export function randomText(
  alphabet: string,
  length: number,
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array,
): string {
  // A byte above the last whole multiple is drawn again: taking it modulo would favour the first characters.
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random(new Uint8Array(length - text.length))) {
      if (byte < fair) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
