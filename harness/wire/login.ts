/**
 * Who one is in a CONNECT. Where no user name is given, none is sent and no password either: many
 * brokers take nobody's name from those without an account, and refuse an empty one.
 */
import type { Credentials } from './links.ts';

export interface Login {
  clientId: string;
  username?: string;
  password?: Buffer;
}

export function loginOf(credentials: Credentials, name: string): Login {
  const clientId = credentials.clientId(name);
  const username = credentials.userName(name);
  if (username === '') return { clientId };
  const password = credentials.password(name);
  return { clientId, username, ...(password === '' ? {} : { password: Buffer.from(password) }) };
}
