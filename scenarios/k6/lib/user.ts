/**
 * Who this virtual user is in the run: its name in the roster, its account, when it is over; and
 * how what it does is told. Each thing that happens is one sample of the metric `twinstorm`, out of
 * which the run writes its ledger, so a script that goes through `lib/mqtt.ts` need not tell
 * anything itself.
 */
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
import { setTimeout } from 'k6/timers';

interface Told {
  run: string;
  zero: number;
  until: number;
  every: number;
  qos: 0 | 1;
  road: 'x' | 'ws';
  token: string | null;
  users: Row[];
}

interface Row {
  device: string;
  topic: string;
  url: string;
  api: string | null;
  clientId: string;
  username: string;
  password: string;
}

/** Only a run says who its users are; `k6 inspect` looks at a script without one. */
const told: Told | null = __ENV.TWINSTORM_USERS
  ? (JSON.parse(open(__ENV.TWINSTORM_USERS)) as Told)
  : null;

const happened = new Counter('twinstorm');

function here(): Told {
  if (told === null) throw new Error('this script is run by twinstorm: name it under load:');
  return told;
}

/** Its row, by the number that k6 gave it. */
export function me(): Row {
  const row = here().users[exec.vu.idInTest - 1];
  if (row === undefined) throw new Error(`the run knows no user ${exec.vu.idInTest}`);
  return row;
}

/** Whether it should go on. */
export const isOn = (): boolean => Date.now() < here().until;

/** Milliseconds since the run's start. */
export const now = (): number => Date.now() - here().zero;

/** How long to wait from one message to the next, as the scenario says. */
export const every = (): number => here().every;

export const qos = (): 0 | 1 => here().qos;

export const road = (): 'x' | 'ws' => told?.road ?? 'ws';

/** Ids of all users of this script. */
export const users = (): string[] => here().users.map(({ device }) => device);

/** This user's way to the platform's HTTP API, and what opens it. */
export function api(): { url: string; headers: Record<string, string> } {
  const { api: own } = me();
  const url = own ?? __ENV.API ?? '';
  if (url === '') throw new Error('the run knows no API of this target: name one in env: { API }');
  const token = here().token ?? __ENV.API_TOKEN;
  return { url, headers: token ? { authorization: `Bearer ${token}` } : {} };
}

/** Something that happened to it, now. */
export function tell(op: string, data: Readonly<Record<string, string | number>> = {}): void {
  const { metadata } = exec.vu.metrics;
  const fields = { device: me().device, ...data };
  for (const [key, value] of Object.entries(fields)) metadata[key] = String(value);
  happened.add(1, { op });
  for (const key of Object.keys(fields)) delete metadata[key];
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
