/** From an address, and a file with who one is, to the way by which a probe comes in. */
import { resolve } from 'node:path';
import { elsewhereOf } from '../plan/elsewhere.ts';
import { readCredentials } from '../targets/credentials.ts';
import { addressOf } from '../targets/url-address.ts';
import { TcpLinks } from '../wire/tcp-links.ts';
import type { Way } from './stand.ts';

/** Whom a credentials file may name beside everybody (`*`). */
const NAME = 'probe';

export interface WayIn extends Way {
  /** The machine that it leads to, where that is not surely this one. */
  elsewhere: string | null;
}

export function wayIn(
  url: string,
  { ca, credentials, base }: { ca?: string; credentials?: string; base: string },
): WayIn {
  const params = { url, ...(ca === undefined ? {} : { ca }) };
  const links = new TcpLinks(addressOf(url, params, base), new Map());
  const known = credentials === undefined ? new Map() : readCredentials(resolve(base, credentials));
  const who = known.get(NAME) ?? known.get('*');
  const secret =
    who === undefined || who.password === '' ? {} : { password: Buffer.from(who.password) };
  return {
    open: () => links.direct(),
    login: who === undefined ? {} : { username: who.user, ...secret },
    elsewhere: elsewhereOf(url),
  };
}
