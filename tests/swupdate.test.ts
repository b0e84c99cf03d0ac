/**
 * A real updater at the DDI of the platform twin: SWUpdate, as Debian ships it, asks for an action,
 * looks at the signature of what it loads, installs it and says so. It shares no code with us.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { real } from '../tools/real.ts';
import { deviceAccount, startTwin, temporaryFolder } from '../twins/platform/testing/twin.ts';

const ID = 'boards/north-1/0';
const swupdate = real('swupdate');

/** An archive as cpio writes it (newc). */
function archive(files: readonly [string, Buffer][]): Buffer {
  const padded = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const entry = ([name, bytes]: [string, Buffer], at: number): Buffer => {
    const numbers = [at, 0o100644, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, 0];
    const head = `070701${numbers.map((one) => one.toString(16).padStart(8, '0')).join('')}`;
    return Buffer.concat([padded(Buffer.from(`${head}${name}\0`)), padded(bytes)]);
  };
  const all: [string, Buffer][] = [...files, ['TRAILER!!!', Buffer.alloc(0)]];
  return Buffer.concat(all.map(entry));
}

function signedUpdate(file: (name: string) => string): Buffer {
  const payload = Buffer.from('what a board runs from now on\n'.repeat(300));
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const path = file('installed');
  writeFileSync(
    file('sw-description'),
    `software = { version = "2.1.0"; hardware-compatibility = [ "1.0" ];
      files: ( { filename = "payload"; path = "${path}"; sha256 = "${sha256}"; } ); }`,
  );
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', file('key.pem'), '-subj', '/CN=us'];
  openssl('req', '-x509', ...key, '-out', file('cert.pem'), '-days', '9');
  const by = ['-signer', file('cert.pem'), '-inkey', file('key.pem'), '-outform', 'DER'];
  const what = ['-in', file('sw-description'), '-out', file('sw-description.sig')];
  openssl('cms', '-sign', ...what, ...by, '-nosmimecap', '-binary');
  const named = (name: string): [string, Buffer] => [name, readFileSync(file(name))];
  return archive([named('sw-description'), named('sw-description.sig'), ['payload', payload]]);
}

it('is led by the twin through a whole update', { timeout: 90_000 }, async (context) => {
  context.skip(swupdate.skip, swupdate.reason);
  const { file, remove } = temporaryFolder();
  const platform = await startTwin(file('store.db'), { accounts: [deviceAccount(ID)] });
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (bytes) => asked.push(String(bytes)));
    platform.handle(socket, 'ota');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const image = signedUpdate(file);
  const sha256 = createHash('sha256').update(image).digest('hex');
  const made = { version: '2.1.0', hardware: 'tw-1', alg: 'ed25519', keyId: 'k1', counter: 2 };
  const text = JSON.stringify({ ...made, size: image.length, sha256 });
  const times = { withinMs: 600_000, timeoutMs: 600_000 };
  platform.request('POST', '/ota/spring', new URLSearchParams(), {
    ...{ signed: { text, signature: 'cd'.repeat(64) }, image: image.toString('base64') },
    ...{ of: '', waves: [1_000_000], success: 1, tries: 1, ...times },
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const runs = (...more: string[]) => {
    const where = ['-t DEFAULT', `-u ${url}`, `-i ${ID.replaceAll('/', ':')}`, '-p 2', ...more];
    const how = ['-k', file('cert.pem'), '-H', 'tw-1:1.0', '-u', where.join(' ')];
    return spawn(String(swupdate.path), how, { cwd: file('.'), stdio: 'ignore' });
  };
  const settled = () => {
    const { body } = platform.request('GET', '/ota', new URLSearchParams());
    return (body as { ota: { settled: { status: string; why: string }[] }[] }).ota[0]?.settled;
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 400 && !isSo(); turn++) await pause(100);
  };
  let child = runs();
  try {
    await until(() => asked.join('').includes('All Chunks Installed.'));
    expect(existsSync(file('installed'))).toBe(true);
    expect(settled()).toEqual([]);
    // As after a restart: it was well with what it had installed.
    child.kill('SIGKILL');
    child = runs('-c 2');
    await until(() => settled()?.length === 1);
    expect(settled()).toMatchObject([{ status: 'confirmed' }]);
  } finally {
    child.kill('SIGKILL');
    server.close();
    await platform.close();
    remove();
  }
});
