/** The last line that a click leaves, when neither queue nor database took it. */
interface Unsent {
  message: 'clicks_unsent';
  clicks: unknown[];
}

/**
 * Finds the lines of unsent clicks in a log, wherever it holds them: as plain lines, in what `wrangler tail --format json`
 * prints, or in an export, where a line is a text inside a document. What is no JSON is passed over.
 */
export function unsentClicks(log: string): Unsent[] {
  return documentsIn(log).flatMap(unsentIn);
}

/** Documents stand on a line each, or begin and end at the start of a line, as pretty-printed ones do. */
function documentsIn(log: string): unknown[] {
  const found: unknown[] = [];
  let open: string[] = [];
  for (const line of log.split('\n')) {
    if (open.length > 0 && /^\s/.test(line)) {
      open.push(line);
      continue;
    }
    const alone = parse(line.slice(Math.max(0, line.indexOf('{'))));
    const whole = alone ?? (/^[\]}]/.test(line) ? parse([...open, line].join('\n')) : undefined);
    if (whole !== undefined) found.push(whole);
    open = whole === undefined && /^[[{]/.test(line) ? [line] : [];
  }
  return found;
}

function unsentIn(value: unknown): Unsent[] {
  if (typeof value === 'string') return value.includes('clicks_unsent') ? unsentIn(parse(value)) : [];
  if (typeof value !== 'object' || value === null) return [];
  return isUnsent(value) ? [value] : Object.values(value).flatMap(unsentIn);
}

function isUnsent(value: object): value is Unsent {
  return 'message' in value && value.message === 'clicks_unsent' && 'clicks' in value && Array.isArray(value.clicks);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
