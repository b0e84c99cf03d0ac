/**
 * From the URL of a target, and what the scenario says beside it, to where its bytes go: the scheme
 * says whether there is TLS, and whether there is WebSocket in it.
 */
import { resolve } from 'node:path';
import type { Params, ParamValues, Problem } from '#kernel';
import { templateOf } from '../wire/client-certificates.ts';
import type { Address } from '../wire/tcp-links.ts';

/** By the protocol of a URL, as `URL` writes it. */
const SCHEMES: Readonly<Record<string, { port: number; secure: boolean; framed: boolean }>> = {
  'mqtt:': { port: 1883, secure: false, framed: false },
  'mqtts:': { port: 8883, secure: true, framed: false },
  'ws:': { port: 80, secure: false, framed: true },
  'wss:': { port: 443, secure: true, framed: true },
  'http:': { port: 80, secure: false, framed: false },
  'https:': { port: 443, secure: true, framed: false },
};

const OWN_CERTIFICATE = 'twinstorm';

/** What goes with TLS alone. */
export const TLS_PARAMS: Params = {
  ca: { kind: 'text', about: 'File with the certificate authority to trust.', optional: true },
  'server-name': {
    kind: 'text',
    about: 'Whom its certificate must be for, and SNI; the host of url if left out.',
    optional: true,
  },
  alpn: {
    kind: 'list',
    of: { kind: 'text', about: 'A protocol.' },
    about: 'Protocols to ask for by ALPN.',
    optional: true,
  },
  certificates: {
    kind: 'text',
    about: 'Folder with a certificate and key for each device.',
    optional: true,
  },
  'own-certificate': {
    kind: 'text',
    about: `Name of the one for observers and operators; ${OWN_CERTIFICATE} if left out.`,
    optional: true,
  },
};

/** `base` is the folder against which files of the scenario are resolved. */
export function addressOf(text: string, params: ParamValues, base: string): Address {
  const url = new URL(text);
  const { port: usual, secure, framed } = SCHEMES[url.protocol] ?? { port: 0 };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? usual : Number(url.port);
  return {
    host,
    port,
    tls: secure === true ? tlsOf(host, params, base) : null,
    ...(framed === true ? { websocket: { authority: url.host, path: url.pathname } } : {}),
  };
}

function tlsOf(host: string, params: ParamValues, base: string): NonNullable<Address['tls']> {
  const { ca, alpn, certificates } = params;
  const own = String(params['own-certificate'] ?? OWN_CERTIFICATE);
  return {
    ca: ca === undefined ? null : resolve(base, String(ca)),
    serverName: String(params['server-name'] ?? host),
    ...(alpn === undefined ? {} : { alpn: alpn as string[] }),
    ...(certificates === undefined
      ? {}
      : { certificates: { template: resolve(base, templateOf(String(certificates))), own } }),
  };
}

/** Said of a connection that has no TLS, it would be of no effect. */
export function tlsProblems(params: ParamValues, place: string): Problem[] {
  const addresses = [params.url, params.observe].map((url) => URL.parse(String(url ?? '')));
  if (addresses.some((url) => SCHEMES[url?.protocol ?? '']?.secure)) {
    if (params.certificates !== undefined || params['own-certificate'] === undefined) return [];
    return [strange(place, 'own-certificate', 'only goes with certificates')];
  }
  return Object.keys(TLS_PARAMS)
    .filter((key) => params[key] !== undefined)
    .map((key) => strange(place, key, 'only goes with TLS', 'use mqtts:// or wss://'));
}

const strange = (place: string, key: string, says: string, hint?: string): Problem => ({
  code: 'bad-value',
  path: `${place}.${key}`,
  message: `${place}.${key} ${says}`,
  ...(hint === undefined ? {} : { hint }),
});
