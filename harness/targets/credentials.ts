/**
 * Who a device is to the target. Where we issue the accounts, every device has a secret derived
 * from the run's secret and its name; elsewhere it has what the credentials file says, and a client
 * id with the run's nonce, so that two runs on one broker do not see each other. Unless the author
 * says otherwise, it has letters, digits, - and _ alone: some brokers refuse a slash, NATS a dot.
 * Where it is longer than the target takes, a number stands for the name.
 */
import { readFileSync } from 'node:fs';
import { hashText, heldTo, type TargetPlan, WorldError } from '#kernel';
import { digests } from '../record/run-directory.ts';
import type { Credentials } from '../wire/links.ts';

export function credentialsOf(
  target: TargetPlan,
  run: string,
  secret: string,
  file: string | null,
): Credentials {
  if (target.issuesAccounts) {
    const secretOf = (device: string): string => digests.sha256Hex(`${secret}/${device}`);
    const isToken = target.login === 'token';
    return {
      clientId: (device) => device,
      userName: isToken ? secretOf : (device) => device,
      password: isToken ? () => '' : secretOf,
      ...(isToken ? { account: (device: string) => device } : {}),
    };
  }
  const known =
    file === null ? new Map<string, { user: string; password: string }>() : readCredentials(file);
  const fallback = known.get('*');
  const template = target.clientId;
  const { clientIdLength } = heldTo({ target });
  return {
    clientId: (device) =>
      template === null
        ? plainId(run, device, clientIdLength)
        : template.replaceAll('{run}', run).replaceAll('{device}', device),
    userName: (device) =>
      known.get(device)?.user ?? fallback?.user.replaceAll('{device}', device) ?? '',
    password: (device) => known.get(device)?.password ?? fallback?.password ?? '',
  };
}

/** No part of a name begins with the sign that parts it, so ids differ as names do. */
function plainId(run: string, device: string, lengthMax: number): string {
  const id = `tw-${run}-${device.replaceAll('_', '__').replaceAll('/', '_')}`;
  if (id.length <= lengthMax) return id;
  // 64 bits: two of a hundred thousand share a number once in billions of runs.
  const bits = (BigInt(hashText(`id/${device}`)) << 32n) | BigInt(hashText(`${device}/id`));
  return `${run}${bits.toString(36).padStart(13, '0')}`;
}

/**
 * `device,user,password` a line; the device `*` stands for everybody not named, and `{device}` in
 * its user name for the name of each: a token per device. Never part of a plan or report.
 */
export function readCredentials(file: string): Map<string, { user: string; password: string }> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new WorldError(
      'credentials',
      `the credentials file ${file} cannot be read`,
      'one line per device: device,user,password',
    );
  }
  const known = new Map<string, { user: string; password: string }>();
  for (const line of text.split('\n')) {
    const [device, user, ...password] = line.trim().split(',');
    if (device === undefined || user === undefined || device.startsWith('#')) continue;
    known.set(device, { user, password: password.join(',') });
  }
  return known;
}
