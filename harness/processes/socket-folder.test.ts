/**
 * The control socket must find a place whatever the machine calls its temporary folder: macOS has
 * room for 103 bytes in a socket's path, and a CI's folders are long.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ControlServer } from './control-server.ts';

const before = process.env.TMPDIR;
const folders: string[] = [];
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['with a space', 'a folder'],
  ['longer than a socket path may be', 'long'.repeat(25)],
])('listens where the temporary folder is one %s', async (_, name) => {
  const parent = mkdtempSync(join(tmpdir(), 'sock-'));
  folders.push(parent);
  process.env.TMPDIR = join(parent, name);
  mkdirSync(process.env.TMPDIR);
  const server = new ControlServer({ now: () => 0, after: () => () => {} } as never);
  expect(Buffer.byteLength(server.path)).toBeLessThanOrEqual(103);
  await server.listen();
  await new Promise((resolve, reject) => {
    const socket = createConnection(server.path, () => resolve(socket.destroy()));
    socket.once('error', reject);
  });
  server.close();
});
