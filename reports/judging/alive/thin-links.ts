/**
 * Whose link may be too thin for what goes over it, by the plan alone: it is held against what its
 * devices sample, each message taken for a large one. A link with a limit that is far away excuses
 * nothing.
 */
import { carriedBy, carrierOf, type Plan } from '#kernel';

/** More than a reading of our models takes on the wire, with what MQTT and TCP put around it. */
const MESSAGE_BYTES = 1500;
const SECOND_MS = 1000;

/** True of a device whose own link, or that of its carrier, could be full by what is due. */
export function thinLinks(plan: Plan): (device: number) => boolean {
  const answers = new Map<number, boolean>();
  return (device) => {
    const carrier = carrierOf(plan, device);
    let isThin = answers.get(carrier);
    if (isThin === undefined) {
      const cohort = plan.devices[carrier]?.cohort ?? -1;
      const limit = plan.cohorts[cohort]?.profile?.bytesPerSecond ?? 0;
      isThin = limit > 0 && wantedOf(plan, carrier) > limit;
      answers.set(carrier, isThin);
    }
    return isThin;
  };
}

/** Bytes a second. */
function wantedOf(plan: Plan, carrier: number): number {
  let messages = 0;
  for (const device of [carrier, ...carriedBy(plan, carrier)]) {
    const { everyMs = SECOND_MS } = plan.entries[plan.devices[device]?.entry ?? -1] ?? {};
    messages += SECOND_MS / everyMs;
  }
  return messages * MESSAGE_BYTES;
}
