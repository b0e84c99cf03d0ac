/**
 * What a stream declares of its schedule, checked before anybody goes by it: rounds without a
 * period would come all at once and never end, and a missing list would be told as a fault of ours.
 */
import { either, isMap, mustBe } from './quantity.ts';

const SCHEDULES = ['sampling', 'rounds', 'reply', 'event', 'attempt'];

export function scheduleFlaws(schedule: unknown, at: string): string[] {
  if (!isMap(schedule)) return [`${at} ${mustBe('a map', schedule)}`];
  const { by, to, leastMs } = schedule;
  if (!SCHEDULES.includes(by as string)) return [`${at}.by ${mustBe(either(SCHEDULES), by)}`];
  if (by === 'rounds') return roundsFlaws(schedule, at);
  return [
    ...(by !== 'reply' || typeof to === 'string'
      ? []
      : [`${at}.to ${mustBe('the name of a stream', to)}`]),
    ...(leastMs === undefined || (typeof leastMs === 'number' && leastMs > 0)
      ? []
      : [`${at}.leastMs ${mustBe('a number above 0', leastMs)}`]),
  ];
}

/** A part that leaves the rounds to a workflow lays out none: no devices, and no period. */
function roundsFlaws({ firstAt, everyMs, devices }: Record<string, unknown>, at: string): string[] {
  return [
    ...momentFlaws(firstAt, `${at}.firstAt`),
    ...momentFlaws(everyMs, `${at}.everyMs`),
    ...(everyMs === 0 && Array.isArray(devices) && devices.length > 0
      ? [`${at}.everyMs must be above 0 where devices take part`]
      : []),
    ...devicesFlaws(devices, `${at}.devices`),
  ];
}

const momentFlaws = (value: unknown, at: string): string[] =>
  isMoment(value) ? [] : [`${at} ${mustBe('a number of milliseconds, not below 0', value)}`];

/** There may be a hundred thousand: the first that is wrong is told. */
function devicesFlaws(devices: unknown, at: string): string[] {
  if (!Array.isArray(devices)) return [`${at} ${mustBe('a list', devices)}`];
  const taken = new Set<number>();
  for (const [index, one] of devices.entries()) {
    const { device, offsetMs } = isMap(one) ? one : {};
    if (!Number.isSafeInteger(device) || Number(device) < 0 || !isMoment(offsetMs)) {
      const must =
        'must be { device, offsetMs }: an index into the devices of the plan, and a delay';
      return [`${at}[${index}] ${must}`];
    }
    if (taken.has(Number(device))) return [`${at}[${index}] has the device ${device} again`];
    taken.add(Number(device));
  }
  return [];
}

const isMoment = (value: unknown): boolean => Number.isFinite(value) && Number(value) >= 0;
