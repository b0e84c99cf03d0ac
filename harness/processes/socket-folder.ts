/**
 * A new folder for a Unix socket. The path of one has room for 103 bytes on macOS and 107 on Linux,
 * so where the temporary folder is too long for that, the short one of every Unix takes its place.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATH_MAX = 103;
const SHORT = '/tmp';

export function socketFolder(socket: string): string {
  const wouldBe = join(tmpdir(), 'tw-XXXXXX', socket);
  const parent = Buffer.byteLength(wouldBe) <= PATH_MAX ? tmpdir() : SHORT;
  return mkdtempSync(join(parent, 'tw-'));
}
