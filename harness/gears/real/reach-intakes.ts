/**
 * Where a target that is not ours takes other protocols than MQTT: by the channel of each that the
 * plan speaks. Whether anything listens there is looked at before the fleet starts, so that a wrong
 * address is one clear error, and no run in which nothing arrives.
 */
import { WorldError } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { protocolFamily } from '../../fleet/protocol-family.ts';
import type { RunningTarget } from '../../targets/target.ts';
import { accepts } from '../../targets/tcp-ports.ts';
import { addressOf } from '../../targets/url-address.ts';
import type { Address } from '../../wire/tcp-links.ts';
import type { RealRun } from './real-run.ts';

const REACH_MS = 5000;

export async function reachIntakes(
  { plan, request }: RealRun,
  target: RunningTarget,
): Promise<ReadonlyMap<string, Address>> {
  const intakes = new Map<string, Address>();
  const written = Object.entries(plan.target.intake ?? {});
  if (written.length === 0) return intakes;
  const kinds = (await loadCatalog([protocolFamily], request.plugins)).of(protocolFamily);
  for (const [name, params] of written) {
    const { channel, intake } = kinds.get(name) ?? {};
    if (channel === undefined || intake === undefined) continue;
    // A target of ours has opened that channel itself.
    if (target.channels?.[channel] !== undefined) continue;
    const { ca } = params;
    const address = addressOf(intake.url(params), ca === undefined ? {} : { ca }, request.base);
    const { host, port } = address;
    if (!(await accepts(host, port, REACH_MS))) {
      const message = `nothing accepts connections at ${host}:${port}`;
      const remedy = `start the platform, or check target.intake.${name}`;
      throw new WorldError('unreachable', message, remedy);
    }
    intakes.set(channel, address);
  }
  return intakes;
}
