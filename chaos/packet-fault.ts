/**
 * What faults on single packets share: which packets are meant, and that the tap of every cohort
 * does to them what the fault says.
 */

import type { FaultPlan } from '#kernel';
import {
  PACKET_NAMES,
  type PacketDeed,
  type PacketName,
  type PacketTrouble,
  type Param,
  type ParamValues,
  waysOf,
} from '#kernel';
import type { FaultActions, FaultEffect, Undo } from './fault.ts';
import { undoAll } from './fault.ts';
import { directionParam, doAll } from './link-fault.ts';

/** Which packets; every such fault has these. */
export const packetParams = (packet: PacketName): Record<string, Param> => ({
  packet: {
    kind: 'choice',
    about: 'Which MQTT packets are meant',
    of: [...PACKET_NAMES],
    default: packet,
  },
  direction: directionParam,
  topic: {
    kind: 'text',
    about: 'Of PUBLISH packets those whose topic this MQTT filter matches',
    default: '#',
  },
  every: {
    kind: 'integer',
    about: 'Of these each n-th, counted of every device and each way by itself',
    default: 1,
    min: 1,
    max: 1_000_000,
  },
  share: {
    kind: 'share',
    about: 'And of these such a share, drawn from the seed',
    default: '100%',
  },
});

export function packetEffect(does: PacketDeed, params: ParamValues): FaultEffect {
  const packet = params.packet as PacketName;
  const goes = waysOf(packet);
  const ways = goes.filter((way) => params.direction === 'both' || params.direction === way);
  const topic = String(params.topic);
  const packets: PacketTrouble = {
    does,
    packet,
    ways,
    every: Number(params.every),
    share: Number(params.share),
    ...(topic === '#' ? {} : { topic }),
    ...(does === 'delay' ? { delayMs: Math.round(Number(params.delay)) } : {}),
  };
  const proof = { kind: 'tampered', does, packet };
  return { toxics: [], down: false, packets, proof };
}

export async function injectTap(actions: FaultActions, fault: FaultPlan): Promise<Undo> {
  return undoAll(await doAll(fault.cohorts, (cohort) => actions.tap(cohort, fault)));
}
