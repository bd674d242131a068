import * as v from 'valibot';
import type { Domain as DomainRow } from '../../db/domains.ts';
import { urlProblem } from '../../domain/destination.ts';
import { Id, Time, time } from '../schemas.ts';

export const RootUrl = v.pipe(
  v.nullable(
    v.pipe(
      v.string(),
      v.metadata({ format: 'uri' }),
      v.rawCheck(({ dataset, addIssue }) => {
        const message = dataset.typed ? urlProblem(dataset.value) : null;
        if (message !== null) addIssue({ message });
      }),
    ),
  ),
  v.description('Where the host leads without a code, an https URL; null: to a page that says what the host is for.'),
);

const DnsRecord = v.object({ type: v.literal('CNAME'), name: v.string(), value: v.string() });

export const Domain = v.pipe(
  v.object({
    id: Id('dom'),
    host: v.string(),
    rootUrl: RootUrl,
    dns: v.pipe(
      v.object({
        records: v.pipe(v.array(DnsRecord), v.description('The records to set where the DNS of the host is kept.')),
        apex: v.pipe(v.string(), v.description('What to do where the host is the top of its zone.')),
        worker: v.pipe(v.string(), v.description('What to do at Cloudflare, so that the Worker answers for the host.')),
      }),
      v.description('How to bring the host here.'),
    ),
    createdAt: Time,
    updatedAt: Time,
    archivedAt: v.nullable(Time),
  }),
  v.title('Domain'),
);

const APEX =
  'The top of a zone, such as shop.example, cannot have a CNAME record (RFC 1034 §3.6.2): set an ALIAS or ANAME record of the same value, or let a DNS provider that flattens CNAME records do so.';
const WORKER =
  'Add the host to the Worker, under Settings, Domains & Routes: as a custom domain where its zone is in the same Cloudflare account, which sets the record as well; otherwise as a custom hostname of Cloudflare for SaaS.';

export const domainExample = {
  id: 'dom_01kar7b2e5f3v8t9w0x1y2z3a4',
  host: 'go.shop.example',
  rootUrl: 'https://shop.example/',
  dns: {
    records: [{ type: 'CNAME' as const, name: 'go.shop.example', value: 'go.example.com' }],
    apex: APEX,
    worker: WORKER,
  },
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
  archivedAt: null,
};

export function viewOfDomain({ createdAt, updatedAt, archivedAt, ...domain }: DomainRow, publicUrl: string) {
  const record = { type: 'CNAME' as const, name: domain.host, value: new URL(publicUrl).hostname };
  return {
    ...domain,
    dns: { records: [record], apex: APEX, worker: WORKER },
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    archivedAt: time(archivedAt),
  };
}
