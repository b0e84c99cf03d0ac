/**
 * What the house does, frozen: every scenario of the library in sim, a third of them at one seed in
 * each call of the tests, and all of them at three seeds among the slow ones. A change of form (where
 * a thing lives, how a fold is built) must leave the entries of the ledger, the result and each device's messages as they were; a change
 * that means to alter them says so in its commit and renews the hashes:
 *
 *   UPDATE_FROZEN=1 npx vitest run tests/frozen.test.ts
 *   UPDATE_FROZEN=1 npm run test:slow -- frozen
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { crc32 } from '#kernel';
import { blocksOf } from '../kernel/testing/ledger-blocks.ts';
import { Sandbox } from './sandbox.ts';

const GOLDEN = fileURLToPath(new URL('goldens/frozen.json', import.meta.url));
const RENEW = process.env.UPDATE_FROZEN === '1';

/** What one run came to, each part as a hash. */
interface Frozen {
  entries: string;
  result: string;
  messages: string;
}

const library = fileURLToPath(new URL('../scenarios/library', import.meta.url));

const scenarios = readdirSync(library)
  .filter((file) => file.endsWith('.yaml'))
  // What needs a target that does not stand in virtual time has nothing to freeze.
  .filter((file) => !/^(gear: real$|load:)/m.test(readFileSync(join(library, file), 'utf8')))
  .map((file) => file.slice(0, -'.yaml'.length))
  .sort();

/** A third of them, by their names alone, so that a new scenario moves no other. */
const isNear = (scenario: string): boolean => crc32(Buffer.from(scenario)) % 3 === 0;

export const NEAR = scenarios.filter(isNear);
export const FAR = scenarios.filter((scenario) => !isNear(scenario));

/** Declares a test for each of the scenarios and each of the seeds. */
export function staysFrozen(seeds: readonly number[], of: readonly string[] = scenarios): void {
  // On a busy machine a whole run takes minutes, and only what hangs may be ended.
  vi.setConfig({ maxConcurrency: 2, testTimeout: 600_000 });
  const box = new Sandbox();
  const golden = readGolden();
  const seen: Record<string, Frozen> = {};
  for (const name of of) box.library(name);

  afterAll(() => {
    box.close();
    if (!RENEW) return;
    const sorted = Object.fromEntries(Object.entries({ ...readGolden(), ...seen }).sort());
    writeFileSync(GOLDEN, `${JSON.stringify(sorted, null, 2)}\n`);
  });

  describe.concurrent('a scenario of the library is what it was', () => {
    it.each(of.flatMap((name) => seeds.map((seed) => [name, seed] as const)))(
      '%s, seed %i',
      async (name, seed) => {
        const out = `${name}-${seed}`;
        const flags = ['--gear', 'sim', '--seed', String(seed), '--set', 'report=[]'];
        const ended = await box.run('run', `${name}.yaml`, ...flags, '--out', out, '--quiet');
        expect(ended.code, ended.stdout + ended.stderr).toBe(0);
        const frozen = await freeze(box, out);
        seen[out] = frozen;
        rmSync(box.path(out), { recursive: true });
        expect(frozen).toEqual(RENEW ? frozen : golden[out]);
      },
    );
  });
}

const readGolden = (): Record<string, Frozen> =>
  existsSync(GOLDEN) ? (JSON.parse(readFileSync(GOLDEN, 'utf8')) as Record<string, Frozen>) : {};

const sha = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 16);

async function freeze(box: Sandbox, out: string): Promise<Frozen> {
  const entries = createHash('sha256');
  for (const file of box.segments(out))
    for (const block of framed(readFileSync(box.path(out, file)))) entries.update(block);
  const messages = (await box.ledger(out, '--op', 'sent', '--op', 'not-sent'))
    .map(({ device, stream, n, intended, hash }) => [device, stream, n, intended, hash].join(' '))
    .sort();
  return {
    entries: entries.digest('hex').slice(0, 16),
    result: sha(readFileSync(box.path(out, 'result.json'))),
    messages: sha(messages.join('\n')),
  };
}

/**
 * The blocks of a segment as the first version of the ledger framed them, so that a change of the
 * frame alone alters nothing here. Without the header, which names the plan by its digest, and a
 * plan may change its form; and without the closing record, which came later.
 */
function framed(segment: Buffer): Buffer[] {
  return blocksOf(segment).flatMap(({ from, to }) => {
    const entries = segment.subarray(from + 12, from + 16);
    if (entries.readUInt32LE() === 0) return [];
    const payload = segment.subarray(from + 16, to);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32LE(payload.length);
    crc.writeUInt32LE(crc32(Buffer.concat([entries, payload])));
    return [length, crc, entries, payload];
  });
}
