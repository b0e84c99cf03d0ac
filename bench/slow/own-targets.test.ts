/**
 * What a user knows of their own target and we do not: how its payloads are written (a codec after
 * a .proto of theirs), how it is started, what it promises. Each is one file under `plugins:`, and
 * each must act in a run and not merely load.
 */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '#reports';
import { freePort } from '../../harness/targets/tcp-ports.ts';
import { codecConformance } from '../../harness/testing/codec-conformance.ts';
import readingProto from '../../tests/plugins/reading-proto.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

codecConformance(readingProto);

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const mosquitto = real('mosquitto');
const PLUGINS = ['reading-proto.ts', 'careful-broker.ts', 'house-broker.ts'];

/** No checker fails; a slow machine may make a run invalid, which is no matter of the plug-ins. */
async function ran(file: string): Promise<Result> {
  const ended = await box.run('run', file, '--out', 'run', '--quiet');
  expect([0, 4], ended.stderr + ended.stdout).toContain(ended.code);
  const result = box.result('run');
  expect(result.checkers.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  return result;
}

/** Writes the scenario with the plug-ins beside it. */
function own(target: string, more: readonly string[] = []): string {
  for (const name of [...PLUGINS, 'reading.proto']) {
    box.write(name, readFileSync(new URL(`../../tests/plugins/${name}`, import.meta.url), 'utf8'));
  }
  const plugins = `plugins: [${PLUGINS.map((name) => `./${name}`).join(', ')}]`;
  return box.write('own.yaml', scene({ more: [`target: ${target}`, plugins, ...more] }));
}

describe('a codec after a .proto of its own', () => {
  it('carries a fleet over a real broker, up and down, and is judged like any other', async (context) => {
    context.skip(mosquitto.skip, mosquitto.reason);
    const target = `{ process: ${mosquitto.path}, codec: reading-proto }`;
    const file = own(target, ['commands: { every: 1s, to: 50%, qos: 1 }']);
    const result = await ran(file);
    expect(result.messages.delivered).toBeGreaterThan(50);
    expect(box.plan('run').target).toMatchObject({ dialect: 'native', codec: 'reading-proto' });
    const entries = await box.ledger('run');
    expect(entries.filter(({ stream }) => stream === 'answer').length).toBeGreaterThan(0);
    expect(entries.filter(({ op }) => op === 'garbled' || op === 'foreign')).toEqual([]);
    const again = await box.run('judge', 'run');
    expect(again.code, again.stderr).toBe(result.exitCode);
    box.expectClean();
  });

  it.for([
    ['at any payload is refused before the run', 'true', 3],
    ['at one payload ends the run, and never as a verdict', 'head.n === 3', 4],
  ] as const)('that throws %s, under its name', async ([, when, code], context) => {
    context.skip(mosquitto.skip, mosquitto.reason);
    const file = own(`{ process: ${mosquitto.path}, codec: reading-proto }`);
    box.write(
      'reading-proto.ts',
      `export default { family: 'codec', kind: 'reading-proto', summary: 'bad', values: () => ({}),
        encode: (head) => Buffer.from(JSON.stringify(head)),
        head: (bytes) => {
          const head = JSON.parse(Buffer.from(bytes).toString());
          if (${when}) throw new Error('on purpose');
          return head;
        } };`,
    );
    const ended = await box.run('run', file, '--out', 'run', '--quiet');
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(/codec reading-proto threw in head: on purpose/);
    box.expectClean();
  });

  it('is refused where the twin stands, with its place', async () => {
    const file = own('{ kind: embedded, codec: reading-proto }');
    const ended = await box.run('run', file, '--out', 'run', '--quiet');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/own\.yaml:\d+:\d+ .*the platform twin takes no codec/);
  });
});

describe('a kind of target of its own', () => {
  it('is started, killed, started again and judged by its own promises', async (context) => {
    context.skip(mosquitto.skip, mosquitto.reason);
    const port = await freePort();
    const target = `{ kind: house-broker, broker: careful-broker, with: { binary: ${mosquitto.path}, port: ${port} } }`;
    const kill = 'chaos: [{ id: gone, at: chaos, for: 1s, fault: broker-kill }]';
    const result = await ran(own(target, [kill]));
    expect(result.target).toMatchObject({ kind: 'house-broker', name: `our house, port ${port}` });
    expect(result.faults.map(({ effective }) => effective)).toEqual([true]);
    expect(box.plan('run').target).toMatchObject({
      offers: ['retained', 'echo'],
      guarantees: { queueLimit: 77, inflightLimit: 20 },
    });
    box.expectClean();
  });

  it.each(["['sim']", "['sim', 'real']"])(
    'cannot say that it stands in sim, as %s',
    async (gears) => {
      const file = own('{ kind: house-broker, with: { binary: x, port: 1883 } }');
      const text = readFileSync(box.path('house-broker.ts'), 'utf8');
      box.write('house-broker.ts', text.replace("gears: ['real']", `gears: ${gears}`));
      for (const gear of ['sim', 'real']) {
        const ended = await box.run('run', file, '--gear', gear, '--out', 'run', '--quiet');
        expect(ended.code, ended.stderr).toBe(3);
        expect(ended.stderr).toMatch(
          /own\.yaml:\d+:\d+ .*the target in house-broker\.ts is malformed: gears .*real alone/,
        );
        expect(ended.stderr).toContain('only the platform twin stands in virtual time');
      }
    },
  );

  it('has its mistakes told with their place in the file', async () => {
    const file = own('{ kind: house-broker, with: { binary: x, prot: 1883 } }');
    const ended = await box.run('run', file, '--out', 'run', '--quiet');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/own\.yaml:\d+:\d+ .*'prot' in target\.with/);
    expect(ended.stderr).toContain('target.with.port is missing');
  });
});
