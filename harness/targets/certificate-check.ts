/**
 * Every client certificate of a run is looked at before anything is started, since one that is
 * missing, expired or beside the wrong key would look like a device that the target lost. What is
 * wrong is told all at once; nothing of a key is ever told.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type DevicePlan, isCarried, type Plan, WorldError } from '#kernel';
import {
  CERTIFICATE,
  type CertificatePlace,
  ClientCertificates,
  KEY,
} from '../wire/client-certificates.ts';

const SHOWN_MAX = 10;

/** `place` is their key in the scenario; `endsMs` is when the run has ended, as a wall time. */
export function checkCertificates(
  plan: Plan,
  certificates: CertificatePlace,
  place: string,
  nowMs: number,
  endsMs: number,
): void {
  const folder = new ClientCertificates(certificates);
  // Who posts past the broker shows nothing to it.
  const isPast = ({ entry }: DevicePlan): boolean => plan.entries[entry]?.protocol?.channel != null;
  const connected = plan.devices.filter((row, device) => !isCarried(plan, device) && !isPast(row));
  const flaws = [null, ...connected.map(({ id }) => id)].flatMap((name) => {
    const flaw = flawOf(folder, name ?? certificates.own, nowMs, endsMs);
    const whose = name ?? 'observers, operators and probes';
    return flaw === null ? [] : [`  ${whose}: ${flaw}`];
  });
  if (flaws.length === 0) return;
  const shown = flaws.slice(0, SHOWN_MAX);
  if (flaws.length > SHOWN_MAX) shown.push(`  and ${flaws.length - SHOWN_MAX} more`);
  const count = `${flaws.length} of ${connected.length + 1}`;
  throw new WorldError(
    'certificates',
    `${count} client certificates of ${place} cannot be used:\n${shown.join('\n')}`,
    `each is a PEM file NAME${CERTIFICATE} with NAME${KEY} beside it; docs/transports.md`,
  );
}

function flawOf(
  folder: ClientCertificates,
  owner: string,
  nowMs: number,
  endsMs: number,
): string | null {
  const file = folder.fileOf(owner);
  let what = file + CERTIFICATE;
  try {
    const { cert, key } = folder.of(owner);
    const certificate = new X509Certificate(cert);
    what = file + KEY;
    const isOfKey = certificate.checkPrivateKey(createPrivateKey(key));
    if (!isOfKey) return `${what} is not the key of ${file}${CERTIFICATE}`;
    const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
    if (nowMs < from) return `${file}${CERTIFICATE} is not valid before ${certificate.validFrom}`;
    if (nowMs > to) return `${file}${CERTIFICATE} expired on ${certificate.validTo}`;
    if (endsMs > to)
      return `${file}${CERTIFICATE} expires within the run, on ${certificate.validTo}`;
    return null;
  } catch (error) {
    const { code, path = what } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `${path} is missing`;
    if (code === 'EACCES') return `${path} may not be read`;
    const isLocked = code === 'ERR_MISSING_PASSPHRASE' || code === 'ERR_OSSL_CRYPTO_INTERRUPTED';
    if (isLocked) return `${what} needs a pass phrase, which nobody can give`;
    return `${what} cannot be read as ${what.endsWith(KEY) ? 'a key' : 'a certificate'}`;
  }
}
