/**
 * When a device could surely be reached: it was connected and subscribed, nothing acted on its link
 * or its power, and the target was there. What should have come to it then, and did not, was not
 * lost on the way. One that is carried is reached over its own gateway, while both are there.
 */
import { carrierOf, type Plan, SUBSCRIPTION_REFUSED } from '#kernel';
import type { ConnectionOracle, DeviceLife } from '../connections.ts';
import { hindrancesIn } from '../hindrances.ts';
import type { Span, Timeline } from '../timeline.ts';

/** In so long a stretch a command goes down that was decided, microseconds. */
const SENDS_US = 10_000_000;
/** And one that went down comes to its device. */
const COMES_US = 5_000_000;

interface Around {
  plan: Plan;
  timeline: Timeline;
  connections: ConnectionOracle;
}

export function reachable({ plan, timeline, connections }: Around, device: number): Span[] {
  const carrier = carrierOf(plan, device);
  const spans = connections.of(carrier).connections.flatMap(({ from, to, grants }) => {
    if (!timeline.tellsGrants) return [{ from, to }];
    const [first] = grants;
    const isGranted = first !== undefined && first.granted < SUBSCRIPTION_REFUSED;
    return isGranted ? [{ from: Math.max(from, first.t), to }] : [];
  });
  const both = [...new Set([carrier, device])];
  const faults = both.flatMap((one) => timeline.faultsOn(one)).filter(({ injected }) => injected);
  const absences = carrier === device ? [] : awayIn(connections.of(device));
  return [...faults, ...absences, ...hindrancesIn(timeline)].reduce(without, spans);
}

/** It slept, was reset, or had no power. */
const awayIn = ({ absences = [], offs, boots }: DeviceLife): Span[] => [
  ...absences,
  ...offs.map(({ t }) => {
    const to = boots.find((boot) => boot.t > t)?.t ?? Number.POSITIVE_INFINITY;
    return { from: t, to };
  }),
];

/**
 * What goes down comes at once: on a bus it may wait for its turn, and of two gateways nobody can
 * say here by which it went.
 */
export function isDirect(plan: Plan, device: number): boolean {
  const carrier = carrierOf(plan, device);
  if (carrier === device) return true;
  return hasNoBus(plan, carrier) && plan.devices[device]?.fallBack === undefined;
}

/** Whatever a gateway has for its children is with them at once: on a bus it waits for its turn. */
export function hasNoBus({ entries, devices }: Plan, gateway: number): boolean {
  const { parts = [] } = entries[devices[gateway]?.entry ?? -1] ?? {};
  return (parts.find(({ kind }) => kind === 'gateway')?.params.bus ?? null) === null;
}

const without = (spans: readonly Span[], hole: Span): Span[] =>
  spans.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, hole.from) },
      { from: Math.max(from, hole.to), to },
    ].filter((part) => part.to > part.from),
  );

/** Within `owed` there was time enough for it to go down. */
export const couldSend = (spans: readonly Span[], owed: Span): boolean =>
  spans.some(({ from, to }) => Math.min(to, owed.to) - Math.max(from, owed.from) >= SENDS_US);

/** It went down at one of these times, and must have come. */
export const mustCome = (spans: readonly Span[], sent: readonly Span[], until: number): boolean =>
  sent.some(({ from, to }) =>
    spans.some((span) => span.from <= from && Math.min(span.to, until) >= to + COMES_US),
  );
