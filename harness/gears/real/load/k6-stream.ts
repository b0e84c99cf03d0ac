/**
 * What a script told of its users, out of the stream of samples that k6 writes: each sample of the
 * metric `twinstorm` is one thing that happened to one user. k6 writes what several users did in
 * turns, so it is put into the order of time.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One thing that happened to a user, in milliseconds of the wall clock. */
export interface UserEvent {
  at: number;
  op: string;
  /** Its id in the roster. */
  device: string;
  data: Readonly<Record<string, string>>;
}

interface Sample {
  data?: { time?: string; tags?: Record<string, string>; metadata?: Record<string, string> };
}

const OURS = '{"metric":"twinstorm","type":"Point"';

export async function readEvents(file: string): Promise<UserEvent[]> {
  const events: UserEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const event = line.startsWith(OURS) ? eventIn(line) : null;
    if (event !== null) events.push(event);
  }
  return events.sort((a, b) => a.at - b.at);
}

/** Null for a line that was cut off: whoever wrote it did not come to its end. */
export function eventIn(line: string): UserEvent | null {
  try {
    const { data } = JSON.parse(line) as Sample;
    const at = wallMs(data?.time ?? '');
    const { device = '', ...rest } = data?.metadata ?? {};
    const op = data?.tags?.op ?? '';
    return Number.isNaN(at) || op === '' || device === '' ? null : { at, op, device, data: rest };
  } catch {
    return null;
  }
}

/** Date knows milliseconds; what is finer stands behind them. */
export function wallMs(text: string): number {
  const parts = /^([^.]+?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, second = '', fraction = '.0', zone = ''] = parts;
  return Date.parse(second + zone) + Number(`0${fraction}`) * 1000;
}
