/**
 * The toxics by name. Listed by hand and not found by the catalog, since the set is Toxiproxy's and
 * not ours to extend: a new one would be a toxic that the real server does not know.
 */
import { assert } from '#kernel';
import type { ToxicKind } from './toxic.ts';
import bandwidth from './toxics/bandwidth.ts';
import latency from './toxics/latency.ts';
import limitData from './toxics/limit_data.ts';
import noop from './toxics/noop.ts';
import resetPeer from './toxics/reset_peer.ts';
import slicer from './toxics/slicer.ts';
import slowClose from './toxics/slow_close.ts';
import timeout from './toxics/timeout.ts';

export const TOXIC_KINDS: ReadonlyMap<string, ToxicKind> = new Map(
  [bandwidth, latency, limitData, noop, resetPeer, slicer, slowClose, timeout].map((kind) => [
    kind.kind,
    kind,
  ]),
);

export function toxicKind(type: string): ToxicKind {
  const kind = TOXIC_KINDS.get(type);
  assert(kind !== undefined, `toxic ${type} was checked when it was made`);
  return kind;
}
