/**
 * What a script is told of its users: who each is to the target, where it connects, when it is
 * over. In a file and not in the environment, since there may be thousands, and their secrets must
 * not stand in a list of processes.
 */
import type { LoadEntry, Plan } from '#kernel';
import type { Credentials } from '../../../wire/links.ts';
import type { Address } from '../../../wire/tcp-links.ts';

export interface UserFile {
  run: string;
  /** By the wall clock: the run's instant zero, and when users go. */
  zero: number;
  until: number;
  every: number;
  qos: number;
  /** How MQTT goes: by the module of a k6 that was built with it, or in WebSocket. */
  road: 'x' | 'ws';
  /** What opens the target's HTTP API; null where it has none that the run knows. */
  token: string | null;
  users: User[];
}

export interface User {
  device: string;
  /** Up to the name of the stream. */
  topic: string;
  url: string;
  /** Its way to the HTTP API. */
  api: string | null;
  clientId: string;
  username: string;
  password: string;
}

export interface Around {
  plan: Plan;
  run: string;
  credentials: Credentials;
  /** Of a cohort. */
  urlOf(cohort: number): string;
  apiOf(cohort: number): string | null;
}

export function usersOf(
  entry: LoadEntry,
  { plan, run, credentials, urlOf, apiOf }: Around,
): User[] {
  return plan.devices.flatMap((row) => {
    if (plan.entries[row.entry]?.id !== entry.id) return [];
    const { id, lane, cohort } = row;
    return {
      device: id,
      topic: `tw/${run}/${lane}/${id}/`,
      url: urlOf(cohort),
      api: apiOf(cohort),
      clientId: credentials.clientId(id),
      username: credentials.userName(id),
      password: credentials.password(id),
    };
  });
}

export const httpUrl = ({ host, port, tls }: Address): string =>
  `${tls === null ? 'http' : 'https'}://${host}:${port}`;

/** The module takes a URL as everybody writes it. */
export const mqttUrl = ({ host, port, tls }: Address): string =>
  `${tls === null ? 'mqtt' : 'mqtts'}://${host}:${port}`;
