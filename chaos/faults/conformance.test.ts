/**
 * What every fault owes, whoever adds one: a name that is its file's, a pure resolve, an undo that
 * restores, and an effect that is there while it acts and gone when it has been undone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultsOf, type FaultPlan } from '#kernel';
import { NO_CATALOG, soundness } from '../../kernel/testing/soundness.ts';
import { PROOFS, statedLink } from '../../reports/testing/proofs.ts';
import { type FaultActions, type FaultKind, type Undo, undoAll } from '../fault.ts';
import { variationsOf } from '../fault-duties.ts';
import { faultFamily } from '../fault-family.ts';
import { faulted, type Joined } from '../testing/fault-cases.ts';
import { type MemoryBench, settled, Tape } from '../testing/tape.ts';

const files = readdirSync(new URL('.', import.meta.url))
  .filter((file) => /^[^.]+\.ts$/.test(file))
  .sort();
const kinds: FaultKind[] = [];
for (const file of files) {
  const module = await import(new URL(file, import.meta.url).href);
  kinds.push((module as { default: FaultKind }).default);
}

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const duties = await faultFamily.duties();
let calls = 0;

it('reads the folder', () => expect(kinds).not.toHaveLength(0));

describe.each(kinds)('$kind', (kind) => {
  it('carries the name of its file and says what it does', () => {
    expect(files).toContain(`${kind.kind}.ts`);
    expect(kind.summary).toMatch(/^\S.{10,}[^.]$/);
  });

  it('says whether two of it at once add up, and stands in the README with it', () => {
    expect(kind.additive).toBeTypeOf('boolean');
    const row = README.split('\n').find((line) => line.startsWith(`| \`${kind.kind}\` | `));
    expect(row).toMatch(kind.additive ? / \| add up \|$/ : / \| refused \|$/);
  });

  it('is whole, and names a proof that there is', () => {
    expect(faultFamily.check(kind)).toEqual([]);
    const { proof } = kind.resolve(defaultsOf(kind.params));
    expect(PROOFS.map((one) => one.kind)).toContain(proof.kind);
  });

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(kind, NO_CATALOG)).toEqual([]);
  });
});

describe('finds a fault that', () => {
  const link = kinds.find(({ acts }) => acts === 'link') as FaultKind;
  const toxic = { type: 'latency', stream: 'upstream', attributes: { latency: 5, jitter: 0 } };
  const makes = (over: object): FaultKind => ({
    ...link,
    params: {},
    resolve: () => ({
      down: false,
      proof: { kind: 'stalled', up: true, down: true },
      toxics: [{ ...toxic, ...over }] as FaultPlan['toxics'][number][],
    }),
  });
  const injects = (inject: FaultKind['inject']): FaultKind => ({ ...link, inject });
  const one = (actions: FaultActions, plan: FaultPlan): Promise<Undo>[] =>
    plan.cohorts.map((cohort) => actions.addToxics(cohort, plan.id, plan.toxics));

  it.each<[string, FaultKind, RegExp]>([
    ['makes a toxic that nobody knows', makes({ type: 'lightning' }), /no toxic 'lightning'/],
    ['makes one that engines refuse', makes({ attributes: { latency: 0.5 } }), /latency is 0.5/],
    [
      'changes its mind',
      { ...link, resolve: () => ({ ...link.resolve({}), at: ++calls }) as never },
      /another effect/,
    ],
    [
      'has no way back',
      injects(async (...given) => {
        await Promise.all(one(...given));
        return async () => {};
      }),
      /leaves behind/,
    ],
    [
      'undoes it all again each time',
      injects(async (...given) => {
        const undos = await Promise.all(one(...given));
        return async () => {
          for (const undo of undos) await undo();
        };
      }),
      /takes things back twice/,
    ],
    ['throws', injects(() => Promise.reject(new Error('on purpose'))), /threw in .*: on purpose/],
  ])('%s', async (_, kind, words) => {
    expect(await soundness(faultFamily, kind)).toMatch(words);
  });
});

const linkKinds = kinds.filter(({ acts }) => acts === 'link');

describe.each(linkKinds)('$kind on a link', (kind) => {
  it('does to its cohort what its proof states, and nothing when it has been undone', async () => {
    for (const params of variationsOf(kind)) {
      const { before, bench, plan, undo } = await faulted(kind, params);
      expect([await bench.carries(1), await bench.carries(2)]).toEqual([true, true]);
      await holdToItsProof(bench, plan, before, undo);
      for (const cohort of [0, 1, 2]) expect(await bench.carries(cohort)).toBe(true);
    }
  });
});

const HOUR_MS = 3_600_000;

/** What the fault's proof says of links must be so: while it acts, and once it is over. */
async function holdToItsProof(
  bench: MemoryBench,
  plan: FaultPlan,
  before: Joined,
  undo: Undo,
): Promise<void> {
  const link = statedLink(plan);
  const joined = [before];
  if (link.refuses) {
    const refused = new Tape(bench.injector.connect(0));
    await settled();
    expect(refused.state).toBe('ECONNREFUSED');
  } else joined.push(bench.join(0));
  const open = (): Joined[] =>
    joined.filter(({ client, server }) => client.state === 'open' && server.state === 'open');
  for (const { client, server } of open()) {
    client.end.write('up');
    server.end.write('down');
  }
  await bench.advance(HOUR_MS);
  const seen = (): string[][] => joined.map(({ client, server }) => [server.text, client.text]);
  const crossed = [link.carries.up ? 'up' : '', link.carries.down ? 'down' : ''];
  expect(seen()).toEqual(joined.map(() => crossed));
  if (link.cuts) expect(open()).toEqual([]);
  if (!link.ends) expect(open()).toEqual(joined);
  await undo();
  await settled();
  if (link.ends) expect(open()).toEqual([]);
  else {
    expect(open()).toEqual(joined);
    expect(seen()).toEqual(joined.map(() => ['up', 'down']));
  }
}

describe('undoAll', () => {
  it('begins with the last, waits for none, and runs only once at a time', async () => {
    const log: string[] = [];
    const step =
      (name: string): Undo =>
      async () => {
        log.push(`${name} begins`);
        await settled();
        log.push(`${name} ends`);
      };
    const undo = undoAll([step('a'), step('b')]);
    await Promise.all([undo(), undo()]);
    expect(log).toEqual(['b begins', 'a begins', 'b ends', 'a ends']);
  });
});
