export type Header = [name: string, value: string];

/** A request as it goes over the wire. */
export interface Post {
  method: string;
  /** As it stands in the request line. */
  target: string;
  /** Beside those that frame the body; texts of bytes, which may repeat a name. */
  headers: Header[];
  body: Buffer;
  /** How the length of the body is told. own: by what stands among the headers, or not at all. */
  framing?: 'length' | 'chunked' | 'own';
  /** The address that it says it wants. */
  host?: string;
  /** The sender says that there is nothing more to come, however much it promised. */
  breaksOff?: true;
}

export function postTo(target: string, headers: Record<string, string>, body: string | Uint8Array): Post {
  return {
    method: 'POST',
    target,
    headers: [['Content-Type', 'application/json'], ...Object.entries(headers)],
    body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body),
  };
}

/** Another value for a header that is there, and else one more header. */
export function set(post: Post, name: string, value: string): Post {
  const headers = post.headers.map(([own, before]): Header => [own, isSame(own, name) ? value : before]);
  return post.headers.some(([own]) => isSame(own, name)) ? { ...post, headers } : add(post, name, value);
}

/** One more line, also of a header that is there already. */
export function add(post: Post, name: string, value: string): Post {
  return { ...post, headers: [...post.headers, [name, value]] };
}

export function drop(post: Post, name: string): Post {
  return { ...post, headers: post.headers.filter(([own]) => !isSame(own, name)) };
}

/** Throws where nothing changes: a case that changes nothing would prove nothing. */
export function edit(post: Post, name: string, change: (value: string) => string): Post {
  const before = headerOf(post, name);
  const after = change(before);
  if (after === before) throw new Error(`The header ${name} stays as it is`);
  return set(post, name, after);
}

export function double(post: Post, name: string): Post {
  return add(post, name, headerOf(post, name));
}

export function join(post: Post, name: string, between = ', '): Post {
  return edit(post, name, (value) => value + between + value);
}

export function rename(post: Post, name: string, newName: string): Post {
  return add(drop(post, name), newName, headerOf(post, name));
}

export function withBody(post: Post, body: string | Uint8Array): Post {
  return { ...post, body: Buffer.from(body) };
}

export function headerOf({ headers }: Post, name: string): string {
  const found = headers.find(([own]) => isSame(own, name));
  if (found === undefined) throw new Error(`There is no header ${name}`);
  return found[1];
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}
