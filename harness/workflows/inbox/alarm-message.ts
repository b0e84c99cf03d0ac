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
}

/** Why it is none, or what it says. */
export function readAlarm(payload: Uint8Array): string | AlarmMessage {
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString());
  } catch {
    return 'it is not JSON';
  }
  if (!isMap(said)) return 'it is no JSON object';
  const { rule, subject, what, since, at } = said;
  if (typeof rule !== 'string') return 'it does not say of which rule it is';
  if (typeof subject !== 'string') return 'it does not say of which device it is';
  const says = ALARM_SAYS.find((one) => one === what);
  if (says === undefined) return 'it says neither that it is raised nor that it is cleared';
  if (!isTime(since)) return 'it does not say since when it was so';
  if (!isTime(at)) return 'it does not say by which moment';
  return { rule, subject, what: says, since: Math.round(since), at: Math.round(at) };
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
