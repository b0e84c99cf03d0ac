/**
 * What happened to a device, found by living through it once more without: the difference is the
 * effect, so a label can neither come too early nor end too late. What a machine does after a fault
 * may be otherwise for ever; then the effect ends with the data.
 */
import { type Embodied, type Physics, physicsOf } from '#devices';
import type { LabelEvent, Malfunctioning } from '#kernel';

/** Sample n is due at firstAt + n · everyMs, and there are so many. */
export interface Sampling {
  firstAt: number;
  everyMs: number;
  count: number;
}

export function eventsOf(
  embodied: Embodied,
  malfunctions: readonly Malfunctioning[],
  sampling: Sampling,
): LabelEvent[] {
  return malfunctions
    .filter(({ severity }) => severity > 0)
    .map((one) => {
      const others = malfunctions.filter((other) => other !== one);
      const ill = physicsOf(embodied, malfunctions);
      const well = physicsOf(embodied, others);
      return eventOf(embodied, one, effectOf(ill, well, one, sampling));
    });
}

type Effect = Pick<LabelEvent, 'channels' | 'effectFrom' | 'effectTo' | 'detectableAt'>;

function effectOf(
  ill: Physics,
  well: Physics,
  { from }: Malfunctioning,
  { firstAt, everyMs, count }: Sampling,
): Effect {
  const channels = new Set<string>();
  let effectFrom: number | null = null;
  let effectTo: number | null = null;
  let detectableAt: number | null = null;
  for (let n = Math.max(0, Math.ceil((from - firstAt) / everyMs)); n < count; n++) {
    const t = firstAt + n * everyMs;
    const differing = differences(ill.truth(t), well.truth(t));
    const shown = differences(ill.sample(t, n), well.sample(t, n));
    if (shown.length > 0) detectableAt ??= t;
    if (differing.length + shown.length === 0) continue;
    for (const name of [...differing, ...shown]) channels.add(name);
    effectFrom ??= t;
    effectTo = t;
  }
  return { channels: [...channels].sort(), effectFrom, effectTo, detectableAt };
}

const NONE: readonly string[] = [];

function differences(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): readonly string[] {
  let found = NONE;
  for (const name in one) {
    if (!Object.is(one[name], other[name])) found = [...found, name];
  }
  return found;
}

function eventOf({ device, model }: Embodied, one: Malfunctioning, effect: Effect): LabelEvent {
  return {
    id: one.fault === one.cause ? `${one.fault}@${device.id}` : one.fault,
    fault: one.fault,
    cause: one.cause,
    device: device.id,
    layer: 'process',
    faultClass: `${model.kind}/${one.kind}`,
    component: model.malfunctions?.[one.kind]?.component ?? '',
    profile: one.grows,
    severity: one.severity,
    causeFrom: one.from,
    causeTo: one.to,
    ...effect,
  };
}
