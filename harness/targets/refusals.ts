/**
 * Why a connection came to nothing, in words that say what to do: the codes of TLS are many, and
 * what a person can set is little.
 */
import type { Address } from '../wire/tcp-links.ts';

interface Reason {
  says: string;
  remedy: string;
}

const UNTRUSTED = [
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
];
const OUT_OF_DATE = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
/** What a server may answer to whoever shows no certificate, or one that it does not take. */
const UNKNOWN_TO_IT = /ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/;
const NO_TLS = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'];

/** Null where the error says nothing that the caller does not know better. */
export function reasonOf(
  { tls, websocket }: Address,
  error: NodeJS.ErrnoException | null,
): Reason | null {
  if (error === null) return null;
  const { code = '', message } = error;
  const secure = tls === null ? null : reasonOfTls(tls, code, message);
  if (secure !== null) return secure;
  // Whoever hears what it does not know may as well hang up without a word.
  const isCut = code === 'ECONNRESET';
  if (websocket !== undefined && (isCut || message.includes('WebSocket'))) {
    const remedy = 'check the port and the path of url: many brokers take WebSocket at /mqtt';
    return { says: message, remedy };
  }
  if (tls !== null && isCut) {
    return {
      says: message,
      remedy: 'check whether it speaks TLS there: the port and scheme of url',
    };
  }
  return null;
}

function reasonOfTls(
  { serverName, certificates }: NonNullable<Address['tls']>,
  code: string,
  message: string,
): Reason | null {
  if (UNTRUSTED.includes(code)) {
    const says = `nobody whom we trust has signed its certificate (${code})`;
    return { says, remedy: 'name the certificate of its authority in target.ca' };
  }
  if (OUT_OF_DATE.includes(code)) {
    return { says: `its certificate is out of date (${code})`, remedy: 'renew it' };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const says = `its certificate is for somebody else than ${serverName}`;
    return { says, remedy: 'give the name that stands in it as target.server-name' };
  }
  if (UNKNOWN_TO_IT.test(code)) {
    const own = certificates?.own;
    const says =
      own === undefined
        ? `it may want a client certificate (${code})`
        : `it does not take the client certificate '${own}' (${code})`;
    const remedy =
      own === undefined
        ? 'name the folder of them in target.certificates'
        : 'check that an authority that it trusts has signed it';
    return { says, remedy };
  }
  if (code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') {
    return { says: 'it speaks none of the protocols asked for', remedy: 'check target.alpn' };
  }
  if (NO_TLS.includes(code)) {
    return { says: `it speaks no TLS there (${code})`, remedy: 'check the port and scheme of url' };
  }
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')
    ? { says: message, remedy: 'check the TLS settings of target' }
    : null;
}
