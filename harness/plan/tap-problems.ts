/**
 * What a tap cannot do, told before anything starts: read what is encrypted, meet a packet where it
 * never goes, or swap what comes but once.
 */
import { type FaultPlan, type PacketTrouble, type Plan, type Problem, waysOf } from '#kernel';
import type { Scenario } from '#scenarios';

/** Each of these is alone on its connection. */
const ALONE: readonly PacketTrouble['packet'][] = ['CONNECT', 'CONNACK', 'DISCONNECT'];

export function tapProblems({ scenario }: { scenario: Scenario }, plan: Plan): Problem[] {
  return plan.faults.flatMap((fault) => {
    const { packets } = fault;
    if (packets === undefined) return [];
    const path = `chaos[${Math.max(
      0,
      scenario.chaos.findIndex(({ id }) => id === fault.id),
    )}]`;
    const written = `${path}.with`;
    return [
      ...veiledProblems(fault, plan, path),
      ...wayProblems(packets, written),
      ...swapProblems(packets, written),
      ...topicProblems(packets, written),
    ];
  });
}

/** Over TLS a tap sees bytes and no packets, and over WebSocket frames of another kind. */
function veiledProblems({ id }: FaultPlan, { target }: Plan, path: string): Problem[] {
  const { url } = target.params;
  const scheme = typeof url === 'string' ? /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1] : undefined;
  if (scheme === undefined || /^mqtt$/i.test(scheme)) return [];
  const message = `${id} acts on single packets, and nobody can see them in ${scheme}://`;
  const hint = 'use a target that is spoken to in plain mqtt://, or a fault that acts on all bytes';
  return [{ code: 'veiled-packets', path: `${path}.fault`, message, hint }];
}

function wayProblems({ packet, ways }: PacketTrouble, path: string): Problem[] {
  if (ways.length > 0) return [];
  const [goes] = waysOf(packet);
  const message = `${packet} never goes that way`;
  const hint = `leave direction out, or write direction: ${goes}`;
  return [{ code: 'packet-way', path: `${path}.direction`, message, hint }];
}

function swapProblems({ does, packet }: PacketTrouble, path: string): Problem[] {
  if (does !== 'reorder' || !ALONE.includes(packet)) return [];
  const message = `a connection has one ${packet}, so there is none to swap it with`;
  const hint = 'swap packets of which more come: PUBLISH, PUBACK';
  return [{ code: 'packet-alone', path: `${path}.packet`, message, hint }];
}

function topicProblems({ packet, topic }: PacketTrouble, path: string): Problem[] {
  if (topic === undefined) return [];
  const levels = topic.split('/');
  const isFilter =
    topic !== '' &&
    levels.every((level, index) =>
      level.includes('#') ? level === '#' && index === levels.length - 1 : !/.\+|\+./.test(level),
    );
  if (packet === 'PUBLISH' && isFilter) return [];
  const message = isFilter ? `${packet} has no topic` : `'${topic}' is no MQTT filter`;
  const hint = isFilter ? 'leave topic out' : 'for example tw/+/+/+/telemetry';
  return [{ code: 'packet-topic', path: `${path}.topic`, message, hint }];
}
