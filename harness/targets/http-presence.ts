/**
 * Whom a platform that is not ours believes to be online, as it says over HTTP, in the form in
 * which our own twin would say it: a list of devices, page by page.
 */
import type { ParamValues } from '#kernel';
import type { Answer, Queries, TargetPorts } from '../watch/target-ports.ts';
import { at, eachPage } from './http-pages.ts';

export interface PresenceAccess {
  secret: string | null;
  run: string;
  since: string;
  /** Names of the devices of whom it is asked, where it is asked of each. */
  devices: readonly string[];
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

const presence = (params: ParamValues, access: PresenceAccess): Queries => ({
  get: async (): Promise<Answer> => {
    try {
      return { status: 200, body: { rows: await rowsOf(params, access), next: null } };
    } catch (error) {
      return { status: BAD_GATEWAY, body: { error: (error as Error).message } };
    }
  },
});

async function rowsOf(params: ParamValues, { secret, run, since, devices }: PresenceAccess) {
  const template = String(params.url);
  const eachDevice = template.includes('{device}');
  const next = typeof params.next === 'string' ? params.next : null;
  const rows: { device: string; online: boolean }[] = [];
  for (const device of eachDevice ? devices : ['']) {
    const wish = {
      template,
      rows: eachDevice ? null : String(params.rows ?? ''),
      next,
      auth: secret,
    };
    const take = (found: readonly unknown[]): void => {
      for (const row of found) {
        const name = eachDevice ? device : at(row, String(params.device));
        const said = at(row, String(params.online));
        // Who is not said to be on is off; of whom nothing is said, nobody knows.
        if (typeof name !== 'string' || said === undefined || said === null) continue;
        rows.push({ device: name, online: String(said) === String(params['online-is']) });
      }
    };
    await eachPage({ ...wish, given: { run, since, device } }, take);
  }
  return rows;
}
