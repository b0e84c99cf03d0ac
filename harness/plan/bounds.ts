/** How much one plan may ask for. */
import { carriedBy, carrierOf, NUMBERS_MAX, type Plan, type Problem, plannedCount } from '#kernel';
import { PASSENGERS_MAX } from '../fleet/carriage.ts';

const DEVICES_MAX = 200_000;
/** Descriptors of all shards that one run can have. */
const SESSIONS_MAX = 240_000;
const MESSAGES_MAX = 500_000_000;
const LESS = 'lengthen `every` or shorten `time`';

export function deviceProblems(total: number): Problem[] {
  if (total <= DEVICES_MAX) return [];
  return [
    {
      code: 'too-many-devices',
      path: 'fleet',
      message: `${total} devices are more than one plan may have (${DEVICES_MAX})`,
    },
  ];
}

export function messageProblems(messages: number): Problem[] {
  if (messages <= MESSAGES_MAX) return [];
  return [
    {
      code: 'too-many-messages',
      path: 'fleet',
      message: `${messages} messages are more than one plan may intend`,
      hint: LESS,
    },
  ];
}

/** Of one device, since its numbers end somewhere; the first one that is too long is told. */
export function numberProblems(plan: Plan): Problem[] {
  for (const stream of plan.streams) {
    for (const [device, { id }] of plan.devices.entries()) {
      const count = plannedCount(plan, stream, device);
      if (count <= NUMBERS_MAX) continue;
      const what = `${count} of ${stream.name} for ${id}`;
      const message = `${what} are more than one stream may have (${NUMBERS_MAX})`;
      return [{ code: 'too-many-messages', path: 'fleet', message, hint: LESS }];
    }
  }
  return [];
}

/** Where devices open further connections beside their first. */
export function sessionProblems(sessions: number): Problem[] {
  if (sessions <= SESSIONS_MAX) return [];
  return [
    {
      code: 'too-many-sessions',
      path: 'fleet',
      message: `${sessions} connections are more than one run can hold (${SESSIONS_MAX})`,
      hint: 'fewer devices, or parts that open no channel',
    },
  ];
}

/** Where devices are carried by others; the fullest of these is told. */
export function carriedProblems(plan: Pick<Plan, 'devices'>): Problem[] {
  let [fullest, most] = [0, 0];
  for (const carrier of new Set(plan.devices.map((_, device) => carrierOf(plan, device)))) {
    const carried = carriedBy(plan, carrier).length;
    if (carried > most) [fullest, most] = [carrier, carried];
  }
  if (most <= PASSENGERS_MAX) return [];
  const { id } = plan.devices[fullest] ?? { id: '' };
  return [
    {
      code: 'too-many-carried',
      path: 'fleet',
      message: `${id} carries ${most} devices, and one device can carry ${PASSENGERS_MAX}`,
      hint: 'more devices that carry, or fewer devices for each',
    },
  ];
}

/** Every message the plan intends; those that follow from what happens come on top. */
export function countMessages(plan: Plan): number {
  let sum = 0;
  for (const stream of plan.streams) {
    for (let device = 0; device < plan.devices.length; device++) {
      sum += plannedCount(plan, stream, device);
    }
  }
  return sum;
}
