/**
 * Where the real components are that some tests need. On a bare machine such a test skips and says
 * why; with REQUIRE_REAL=1 a missing component is a failure, so that CI cannot go green by
 * forgetting to install something.
 *
 *   it('speaks to a real broker', async (context) => {
 *     const mosquitto = real('mosquitto');
 *     context.skip(mosquitto.skip, mosquitto.reason);
 */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

const COMPONENTS = {
  mosquitto: { variable: 'MOSQUITTO_BIN', remedy: 'apt-get install mosquitto' },
  mosquitto_sub: { variable: 'MOSQUITTO_SUB_BIN', remedy: 'apt-get install mosquitto-clients' },
  'toxiproxy-server': {
    variable: 'TOXIPROXY_BIN',
    remedy: 'put toxiproxy-server 2.5 or later on the PATH, or name it in TOXIPROXY_BIN',
  },
  k6: {
    variable: 'K6_BIN',
    remedy: 'go install go.k6.io/k6@v1.8.1, or name one of 1.8 or later in K6_BIN',
  },
  'nats-server': {
    variable: 'NATS_SERVER_BIN',
    remedy: 'go install github.com/nats-io/nats-server/v2@v2.15.0',
  },
  chromium: { variable: 'CHROMIUM_BIN', remedy: 'apt-get install chromium' },
  postgres: { variable: 'POSTGRES_BIN', remedy: 'apt-get install postgresql' },
  swupdate: { variable: 'SWUPDATE_BIN', remedy: 'apt-get install swupdate' },
  xmllint: { variable: 'XMLLINT_BIN', remedy: 'apt-get install libxml2-utils' },
} as const;

/** Debian keeps daemons where the PATH of an ordinary user does not look. */
const ALSO = [
  ...['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'],
  ...[17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`),
];

export type RealComponent = keyof typeof COMPONENTS;

export interface Found {
  /** The binary to start; null when it is missing, and then `skip` is true. */
  path: string | null;
  skip: boolean;
  /** Why the test is skipped; empty when it is not. */
  reason: string;
}

/** Looks a component up. Throws when it is missing although REQUIRE_REAL=1 asks for all of them. */
export function real(
  name: RealComponent,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Found {
  const { variable, remedy } = COMPONENTS[name];
  const path = findBinary(env[variable] ?? name, env.PATH ?? '', env.HOME ?? homedir());
  if (path !== null) return { path, skip: false, reason: '' };
  const reason = `${name} is missing: ${remedy}`;
  if (env.REQUIRE_REAL === '1') throw new Error(`REQUIRE_REAL=1, but ${reason}`);
  return { path, skip: true, reason };
}

function findBinary(name: string, searched: string, home: string): string | null {
  if (isAbsolute(name)) return isExecutable(name) ? name : null;
  for (const folder of [...searched.split(delimiter), ...ALSO, join(home, 'go', 'bin')]) {
    const path = join(folder, name);
    if (folder !== '' && isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
