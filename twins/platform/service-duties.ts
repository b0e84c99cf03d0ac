/**
 * What every service owes: it shares no table and no seam with another, starts beside all of them,
 * and its truth is there, empty, in pages that come to an end.
 */
import { type Catalog, type Duty, isMap } from '#kernel';
import { BROKER_SEAMS } from './broker/seams.ts';
import { DEFAULT_KEPT, DEFAULT_LIMITS, type Platform } from './platform.ts';
import type { ServiceKind } from './service.ts';
import { problemsOf } from './service-check.ts';
import { startPlatform } from './start.ts';
import { nativeTopics, readJsonEnvelope } from './topics.ts';

export const duties: readonly Duty<ServiceKind>[] = [
  {
    says: 'shares no table and no seam with another',
    flaws: (kind, catalog) => problemsOf(beside(kind, catalog), BROKER_SEAMS),
  },
  {
    says: 'starts beside all others, and its truth is there and comes to an end',
    flaws: async (kind, catalog) => {
      const platform = await started(beside(kind, catalog));
      try {
        return truthFlaws(kind, platform);
      } finally {
        await platform.close();
      }
    },
  },
];

function truthFlaws({ truth }: ServiceKind, platform: Platform): string[] {
  const asked = `GET /${truth}`;
  const { status, body } = platform.request('GET', `/${truth}`, new URLSearchParams('limit=10'));
  if (status !== 200) return [`${asked} answers ${status}`];
  if (!isMap(body)) return [`${asked} answers no object`];
  const lists = Object.values(body).filter((value) => Array.isArray(value));
  return [
    ...(lists.length === 1 ? [] : [`${asked} answers ${lists.length} lists, not one`]),
    ...(body.next === null ? [] : [`${asked} has nothing to tell, and next is not null`]),
  ];
}

/** With those that there are; it may be one of them. */
function beside(kind: ServiceKind, catalog: Catalog): ServiceKind[] {
  const all = catalog.of({ family: 'service' } as Parameters<Catalog['of']>[0]);
  const others = [...(all as ReadonlyMap<string, ServiceKind>).values()];
  return [...others.filter((one) => one.kind !== kind.kind), kind];
}

/** In memory, and in a time that stands still. */
const started = (services: readonly ServiceKind[]): Promise<Platform> =>
  startPlatform({
    storeFile: ':memory:',
    accounts: [],
    topics: nativeTopics('duty'),
    readEnvelope: readJsonEnvelope,
    services,
    kept: DEFAULT_KEPT,
    limits: DEFAULT_LIMITS,
    clock: { now: () => 0, after: () => () => {} },
    digests: { sha256Hex: (data) => String(data.length) },
    mutant: null,
  });
