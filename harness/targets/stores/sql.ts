/**
 * A table of somebody's platform, by one SELECT: PostgreSQL and its kin by an address, which holds
 * a password and so comes from the environment or a file, or SQLite by its file.
 */
import { isAbsolute, resolve } from 'node:path';
import type { ParamValues } from '#kernel';
import { defineStore, type StoreContext } from '../store.ts';
import { bound, type Driver, queryFlaw } from './sql/driver.ts';
import { postgres } from './sql/postgres.ts';
import { sqlite } from './sql/sqlite.ts';

const WHERE = ['url-env', 'url-file', 'file'] as const;

const where = (about: string) => ({ kind: 'text', about, optional: true, group: 'where' }) as const;

export default defineStore({
  kind: 'sql',
  summary: 'a table, by a SELECT: PostgreSQL and its kin, or a file of SQLite',
  params: {
    'url-env': where('Environment variable with its address: postgres://user:password@host/db.'),
    'url-file': where('File with that address, relative to the scenario.'),
    file: where('File of SQLite, relative to the scenario.'),
    host: {
      kind: 'text',
      about: 'Host of that address, where it is not this machine.',
      optional: true,
    },
    query: {
      kind: 'text',
      about:
        'A SELECT of the columns device, stream and n, or topic and payload; at, where it is ' +
        'known when the row came in. {run} and {since} stand for values.',
    },
  },
  problems: (params) => {
    const given = WHERE.filter((name) => params[name] !== undefined);
    const second = given[1];
    const flaw = queryFlaw(String(params.query));
    return [
      ...(second === undefined
        ? []
        : [{ at: second, message: `target.store.sql.${second} cannot stand beside ${given[0]}` }]),
      ...(flaw === null
        ? []
        : [{ at: 'query', message: `target.store.sql.query ${flaw.message}`, hint: flaw.hint }]),
    ];
  },
  elsewhere: ({ host }) => (typeof host === 'string' && !isHere(host) ? host : null),
  open: (context) => {
    const { params, run, since } = context;
    return {
      read: async (_, take) => {
        const driver = driverOf(context);
        const { text, values } = bound(String(params.query), { run, since }, driver);
        await driver.query(text, values, take);
      },
    };
  },
});

function driverOf({ params, secret, base }: StoreContext): Driver {
  if (typeof params.file === 'string') return sqlite(resolve(base, params.file));
  if (secret === null) throw new Error('it has no address');
  if (secret.startsWith('sqlite:')) return sqlite(resolve(base, secret.slice('sqlite:'.length)));
  const url = URL.parse(secret.replace(/@(?=\/)/, '@localhost'));
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    throw new Error('its address must be postgres://user:password@host/database, or sqlite:FILE');
  }
  guardHost(hostOf(url), params);
  return postgres(secret);
}

/** A socket in a folder is one of this machine. */
const hostOf = (url: URL): string =>
  url.searchParams.get('host') ?? decodeURIComponent(url.hostname);

function guardHost(host: string, params: ParamValues): void {
  if (isHere(host) || host === params.host) return;
  throw new Error(
    `its address names ${host}, which is not this machine: say so by host: ${host}, ` +
      'and --i-own-this-target will be asked for',
  );
}

const isHere = (host: string): boolean =>
  host === '' || isAbsolute(host) || /^(?:localhost|\[?::1\]?|127(?:\.\d{1,3}){3})$/.test(host);
