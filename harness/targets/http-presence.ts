/**
 * Whom a platform that is not ours believes to be online, as it says over HTTP, in the form in
 * which our own twin would say it: a list of devices, page by page.
 */
import { formatDuration, type ParamValues, type Timers } from '#kernel';
import { within } from '../run/bounded.ts';
import type { Answer, Queries, TargetPorts } from '../watch/target-ports.ts';
import { at, eachPage } from './http-pages.ts';
import { withoutSecret } from './store.ts';

export interface PresenceAccess {
  secret: string | null;
  run: string;
  since: string;
  /** Names of the devices of whom it is asked, where it is asked of each. */
  devices: readonly string[];
  timers: Timers;
  /** Who has not said it all by then has not said it. */
  boundMs: number;
}

interface Row {
  device: string;
  online: boolean;
}

/** The ports of a target, and presence by a template where the plan has one. */
export const withPresence = (
  ports: TargetPorts,
  params: ParamValues | undefined,
  access: () => PresenceAccess,
): TargetPorts =>
  params === undefined
    ? ports
    : { port: (name) => (name === 'presence' ? presence(params, access()) : ports.port(name)) };

/** Whoever should have said it said nothing that we can read. */
const BAD_GATEWAY = 502;
const AT_ONCE = 16;

const presence = (params: ParamValues, access: PresenceAccess): Queries => ({
  get: async (): Promise<Answer> => {
    try {
      return { status: 200, body: { rows: await rowsOf(params, access), next: null } };
    } catch (error) {
      const why = withoutSecret((error as Error).message, access.secret);
      return { status: BAD_GATEWAY, body: { error: why } };
    }
  },
});

async function rowsOf(params: ParamValues, access: PresenceAccess): Promise<Row[]> {
  const { devices, timers, boundMs } = access;
  const waiting = [...(String(params.url).includes('{device}') ? devices : [null]).entries()];
  const found: Row[][] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, device] = next;
      found[place] = await rowsAbout(device, params, access);
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, work));
  const late = (): Error => new Error(`not read within ${formatDuration(boundMs)}`);
  try {
    await within(timers, boundMs, all, late);
  } finally {
    // Whoever gives up, or could not be answered, asks nobody else.
    waiting.length = 0;
  }
  return found.flat();
}

/** Of one device, or of all where it is asked for none. */
async function rowsAbout(
  device: string | null,
  params: ParamValues,
  { secret, run, since }: PresenceAccess,
): Promise<Row[]> {
  const wish = {
    template: String(params.url),
    rows: device === null ? String(params.rows ?? '') : null,
    next: typeof params.next === 'string' ? params.next : null,
    auth: secret,
    given: { run, since, device: device ?? '' },
  };
  const rows: Row[] = [];
  await eachPage(wish, (found) => {
    for (const row of found) {
      const name = device ?? at(row, String(params.device));
      const said = at(row, String(params.online));
      // Who is not said to be on is off; of whom nothing is said, nobody knows.
      if (typeof name !== 'string' || said === undefined || said === null) continue;
      rows.push({ device: name, online: String(said) === String(params['online-is']) });
    }
  });
  return rows;
}
