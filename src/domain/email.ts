const MOST_CHARACTERS = 254;
/** Blanks, control characters, and those that cannot be seen: two addresses that look alike must be alike. */
const UNFIT = /[\s\p{Cc}\p{Cf}\p{Cs}]/u;
/** Microsoft's mailboxes also live under country domains such as hotmail.fr, live.co.uk and outlook.com.br. */
const MICROSOFT = /^(?:outlook|hotmail|live)\.(?:com|(?:com?\.)?[a-z]{2})$/;
const TAGGED = new Set([
  'icloud.com',
  'me.com',
  'mac.com',
  'fastmail.com',
  'fastmail.fm',
  'protonmail.com',
  'proton.me',
  'pm.me',
]);

/**
 * The form in which two spellings of one mailbox are equal; null when the text is no address. Only what the providers
 * document is folded: dots and tags of Gmail, tags of the others.
 */
export function normalEmail(text: string): string | null {
  const address = text.trim().normalize('NFC').toLowerCase().normalize('NFC');
  if (address.length > MOST_CHARACTERS || UNFIT.test(address)) return null;
  const [local = '', domain = '', ...more] = address.split('@');
  if (more.length > 0 || domain === '') return null;
  const [mailbox, folded] = fold(local, domain);
  // Without its dots a mailbox may hold a letter and a mark that belong together.
  return mailbox === '' ? null : `${mailbox.normalize('NFC')}@${folded}`;
}

function fold(local: string, domain: string): [mailbox: string, domain: string] {
  const untagged = local.replace(/\+.*$/, '');
  if (domain === 'gmail.com' || domain === 'googlemail.com') return [untagged.replaceAll('.', ''), 'gmail.com'];
  if (TAGGED.has(domain) || MICROSOFT.test(domain)) return [untagged, domain];
  return [local, domain];
}
