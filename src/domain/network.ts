const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const IPV4 = new RegExp(String.raw`^(${BYTE}\.${BYTE}\.${BYTE})\.${BYTE}$`);
const IPV6_DIGITS = /^[\da-f:.]{2,45}$/i;
const IPV6_GROUPS = 8;
/** `::ffff:0:0/96` (RFC 4291 §2.5.5.2). */
const IPV4_MAPPED = '0:0:0:0:0:ffff';

/** The /24 of an IPv4 address, the /48 of an IPv6 address: about a household, an office or a carrier. null: it is no address. */
export function networkOf(address: string): string | null {
  const [, ipv4] = IPV4.exec(address) ?? [];
  if (ipv4 !== undefined) return `${ipv4}.0/24`;
  const groups = ipv6GroupsOf(address);
  if (groups === null) return null;
  if (groups.slice(0, 6).join(':') !== IPV4_MAPPED) return `${groups.slice(0, 3).join(':')}::/48`;
  const [high, low] = groups.slice(6).map((group) => Number.parseInt(group, 16)) as [number, number];
  return `${high >>> 8}.${high & 255}.${low >>> 8}.0/24`;
}

/** The eight groups of an IPv6 address, however it is written: the URL parser knows all ways (URL Standard, "IPv6 parser"). */
function ipv6GroupsOf(address: string): string[] | null {
  const host = IPV6_DIGITS.test(address) ? URL.parse(`http://[${address}]/`)?.hostname : undefined;
  if (host === undefined) return null;
  const [head = [], tail = []] = host
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  return [...head, ...Array<string>(IPV6_GROUPS - head.length - tail.length).fill('0'), ...tail];
}
