/**
 * TEST ONLY. A PostgreSQL of our own in a temporary folder, as somebody who is not root, on a port of
 * the loopback and with a password. It ends with the test that started it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WorldError } from '#kernel';
import { freePort } from '../../harness/targets/tcp-ports.ts';

const PASSWORD = 'kept-to-itself';
const STARTS = 100;

export interface Postgres {
  url: string;
  close(): Promise<void>;
}

/** `binary` is that of the server; what belongs to it lies beside it. */
export async function startPostgres(binary: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const who = ordinaryUser();
  const [data, secret] = [join(folder, 'data'), join(folder, 'password')];
  writeFileSync(secret, PASSWORD);
  if (who !== null) for (const path of [folder, secret]) chownSync(path, who.uid, who.gid);
  const as = who ?? {};
  const flags = ['--auth=scram-sha-256', '--username=me', `--pwfile=${secret}`, '--no-sync'];
  execFileSync(join(dirname(binary), 'initdb'), ['-D', data, ...flags], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const port = await freePort();
  const set = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const args = ['-D', data, ...[...set, 'fsync=off'].flatMap((one) => ['-c', one])];
  const server = spawn(binary, args, { ...as, cwd: folder, stdio: 'ignore' });
  const url = `postgres://me:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const close = async (): Promise<void> => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(url);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

/** It refuses to run as root. */
function ordinaryUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string, name: string): number =>
    Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') };
  } catch {
    return { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') };
  }
}

async function ready(url: string): Promise<void> {
  const { default: pg } = await import('pg');
  let why = '';
  for (let turn = 0; turn < STARTS; turn++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      why = (error as Error).message;
      await pause(200);
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw new WorldError('postgres', `it does not answer: ${why}`);
}

/** At once: who is connected is sent away. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGQUIT');
  await gone;
}
