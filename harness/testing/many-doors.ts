/**
 * TEST ONLY. A Mosquitto with a door for each transport, and an authority with certificates for it
 * and its devices, made by openssl.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { real } from '../../tools/real.ts';
import { freePort } from '../targets/tcp-ports.ts';

export const DOORS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
export type Door = (typeof DOORS)[number];

export interface ManyDoors {
  urls: Readonly<Record<Door, string>>;
  close(): Promise<void>;
}

/** Signs what it is asked to, in a folder of its own. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'tw-ca-'));
  readonly ca = this.file('ca.crt');

  constructor(name = 'Twinstorm test authority') {
    // A broker that is started by root reads it as somebody else.
    chmodSync(this.folder, 0o755);
    const key = ['-keyout', this.file('ca.key'), '-out', this.ca];
    this.#openssl('req', '-x509', ...NEW_KEY, ...key, '-days', '30', '-subj', `/CN=${name}`);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** Writes FILE.crt and FILE.key; valid for so many days, which may lie in the past. */
  sign(file: string, name: string, { alt = '', days = 9 } = {}): void {
    const at = this.file(file);
    mkdirSync(dirname(at), { recursive: true });
    const made = ['-keyout', `${at}.key`, '-out', `${at}.csr`];
    this.#openssl('req', ...NEW_KEY, ...made, '-subj', `/CN=${name.replaceAll('/', '\\/')}`);
    writeFileSync(`${at}.ext`, alt === '' ? '' : `subjectAltName=${alt}\n`);
    const by = ['-CA', this.ca, '-CAkey', this.file('ca.key'), '-CAcreateserial'];
    const what = ['-in', `${at}.csr`, '-out', `${at}.crt`, '-extfile', `${at}.ext`];
    this.#openssl('x509', '-req', ...what, ...by, '-days', String(days));
    chmodSync(`${at}.key`, 0o644);
    for (const rest of ['.csr', '.ext']) rmSync(at + rest);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Its TLS doors want a certificate of this authority, if so asked. */
export async function openDoors(
  authority: Authority,
  { wantsCertificates = true, alt = 'DNS:localhost,IP:127.0.0.1' } = {},
): Promise<ManyDoors> {
  authority.sign('server', 'server', { alt });
  const ports: number[] = [];
  for (const _ of DOORS) ports.push(await freePort());
  const [mqtt, mqtts, ws, wss] = ports;
  const tls = [
    `cafile ${authority.ca}`,
    `certfile ${authority.file('server.crt')}`,
    `keyfile ${authority.file('server.key')}`,
    `require_certificate ${wantsCertificates}`,
  ];
  const config = [
    'per_listener_settings false',
    'allow_anonymous true',
    ...[`listener ${mqtt} 127.0.0.1`],
    ...[`listener ${mqtts} 127.0.0.1`, ...tls],
    ...[`listener ${ws} 127.0.0.1`, 'protocol websockets'],
    ...[`listener ${wss} 127.0.0.1`, 'protocol websockets', ...tls],
  ];
  const file = authority.file('mosquitto.conf');
  writeFileSync(file, `${config.join('\n')}\n`);
  const child = spawn(real('mosquitto').path ?? 'mosquitto', ['-c', file], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  for (const port of ports) {
    while (!(await accepts(port))) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
      await pause(20);
    }
  }
  return {
    urls: {
      mqtt: `mqtt://127.0.0.1:${mqtt}`,
      mqtts: `mqtts://localhost:${mqtts}`,
      ws: `ws://127.0.0.1:${ws}/mqtt`,
      wss: `wss://localhost:${wss}/mqtt`,
    },
    close: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  return new Promise((resolve) => {
    const end = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
