/**
 * The final read: after the faults are healed and the publishers have stopped, what does the target
 * hold? The store is paged through its port; presence is what the target says of each device;
 * retained values have a file of their own (retained-read.ts). Each part says whether it was
 * complete, since an incomplete read proves no loss.
 */
import { streamNamed } from '#kernel';
import type { ObserverPorts } from './observer.ts';
import { readPages } from './read-list.ts';
import type { Queries } from './target-ports.ts';

interface StoredRow {
  device: string;
  stream: string;
  n: number;
  hash: number;
}

interface PresenceRow {
  device: string;
  online: boolean;
}

export async function readStore(
  ports: ObserverPorts,
  queries: Queries,
  lanes: readonly number[],
): Promise<void> {
  let complete = true;
  for (const lane of lanes) complete = (await readLane(ports, queries, lane)) && complete;
  ports.ledger.write('final-read', { complete, part: 'store' });
}

function readLane(ports: ObserverPorts, queries: Queries, lane: number): Promise<boolean> {
  return readPages<StoredRow>(ports, 'telemetry', queries, { lane: String(lane) }, (rows) => {
    for (const row of rows) {
      const device = ports.roster.get(row.device);
      const stream = streamNamed(ports.plan, row.stream);
      const { hash, n } = row;
      if (device === undefined || stream === undefined) {
        ports.ledger.write('foreign', { topic: `store:${row.device}`, hash });
      } else ports.ledger.write('stored', { device, stream: stream.code, n, hash });
    }
  });
}

/**
 * A shard asks for its own lanes, or a large fleet would be told whole to each of many shards. Who
 * answers with others too has not looked at the question, and they are passed over.
 */
export async function readPresence(
  ports: ObserverPorts,
  queries: Queries,
  lanes: readonly number[],
  mine: ReadonlySet<number>,
): Promise<void> {
  const query = { lanes: lanes.join(',') };
  const complete = await readPages<PresenceRow>(ports, 'presence', queries, query, (rows) => {
    for (const { device, online } of rows) {
      const index = ports.roster.get(device);
      if (index !== undefined && mine.has(index)) {
        ports.ledger.write('presence', { device: index, online: online });
      }
    }
  });
  ports.ledger.write('final-read', { complete, part: 'presence' });
}
