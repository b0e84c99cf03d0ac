/** What somebody else's platform says of an alarm: JSON, of which nothing is taken for granted. */
import { ALARM_SAYS, type AlarmSays, isMap } from '#kernel';

export interface AlarmMessage {
  rule: string;
  /** The device that it is over. */
  subject: string;
  what: AlarmSays;
  /** By the clock of the device, milliseconds: since when it was so, and by when it was due. */
  since: number;
  /** Or, where it is cleared, by when it was over. */
  at: number;
  /** Two messages that bear the same one are one; left out where none is said. */
  key?: string;
}

/** Why it is none, or what it says. */
export function readAlarm(payload: Uint8Array): string | AlarmMessage {
  const { said } = jsonIn(payload) ?? {};
  return said === undefined ? 'it is not JSON' : alarmIn(said);
}

/** Of a body that may hold several: why any of them is none, or what they say. */
export function readAlarms(payload: Uint8Array): string | AlarmMessage[] {
  const { said } = jsonIn(payload) ?? {};
  if (said === undefined) return 'it is not JSON';
  if (!Array.isArray(said)) {
    const one = alarmIn(said);
    return typeof one === 'string' ? one : [one];
  }
  const read = said.map((one) => alarmIn(one));
  const place = read.findIndex((one) => typeof one === 'string');
  if (place >= 0) return `of number ${place}, counted from 0: ${String(read[place])}`;
  return read.filter((one) => typeof one !== 'string');
}

function jsonIn(payload: Uint8Array): { said: unknown } | null {
  try {
    // A mark of the byte order, as some libraries write it, says nothing.
    return { said: JSON.parse(new TextDecoder().decode(payload)) as unknown };
  } catch {
    return null;
  }
}

function alarmIn(said: unknown): string | AlarmMessage {
  if (!isMap(said)) return 'it is no JSON object';
  const { rule, subject, what, since, at, key } = said;
  if (typeof rule !== 'string') return 'it does not say of which rule it is';
  if (typeof subject !== 'string') return 'it does not say of which device it is';
  const says = ALARM_SAYS.find((one) => one === what);
  if (says === undefined) return 'it says neither that it is raised nor that it is cleared';
  if (since === undefined) return 'it does not say since when it was so';
  if (at === undefined) return 'it does not say by which moment';
  if (!isTime(since)) return `since ${NO_TIME}`;
  if (!isTime(at)) return `at ${NO_TIME}`;
  if (key !== undefined && !isKey(key)) return `its key is no text of 1 to ${KEY_MAX} letters`;
  const alarm = { rule, subject, what: says, since: Math.round(since), at: Math.round(at) };
  return key === undefined ? alarm : { ...alarm, key };
}

const NO_TIME = 'is no time: a number of milliseconds, 0 or more';

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;

const KEY_MAX = 400;

const isKey = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= KEY_MAX;
