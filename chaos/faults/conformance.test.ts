/**
 * What every fault owes, whoever adds one: a name that is its file's, a pure resolve, an undo that
 * restores, and an effect that is there while it acts and gone when it has been undone.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultsOf, type FaultPlan, readParams } from '#kernel';
import { PROOFS, statedLink } from '../../reports/testing/proofs.ts';
import { type FaultActions, type FaultKind, type Undo, undoAll } from '../fault.ts';
import { faulted, faultPlanOf, type Joined, variationsOf } from '../testing/fault-cases.ts';
import { type MemoryBench, settled, Tape } from '../testing/tape.ts';
import { TOXIC_KINDS } from '../toxic-kinds.ts';

const files = readdirSync(new URL('.', import.meta.url))
  .filter((file) => /^[^.]+\.ts$/.test(file))
  .sort();
const kinds: FaultKind[] = [];
for (const file of files) {
  const module = await import(new URL(file, import.meta.url).href);
  kinds.push((module as { default: FaultKind }).default);
}

/** Actions that do nothing but remember what is done and not yet undone. */
class FakeActions implements FaultActions {
  readonly active: string[] = [];
  undone = 0;
  #calls = 0;
  readonly #failing: { call: number; undo: boolean };

  /**
   * `call` is the number of the call that fails, from 1; `undo`: its undo fails, once, and not
   * itself.
   */
  constructor(failing = { call: 0, undo: false }) {
    this.#failing = failing;
  }

  addToxics = (cohort: number): Promise<Undo> => this.#do(`toxics on ${cohort}`);
  disableLink = (cohort: number): Promise<Undo> => this.#do(`down ${cohort}`);
  killTarget = (): Promise<Undo> => this.#do('target');
  cutPower = (devices: readonly number[]): Promise<Undo> => this.#do(`power of ${devices}`);

  async #do(what: string): Promise<Undo> {
    const isFailing = ++this.#calls === this.#failing.call;
    if (isFailing && !this.#failing.undo) throw new Error('cannot do that');
    this.active.push(what);
    let fails = isFailing;
    return async () => {
      if (fails) {
        fails = false;
        throw new Error('cannot undo that');
      }
      this.undone++;
      this.active.splice(this.active.indexOf(what), 1);
    };
  }
}

it('reads the folder', () => expect(kinds).not.toHaveLength(0));

describe.each(kinds)('$kind', (kind) => {
  it('carries the name of its file and says what it does', () => {
    expect(files).toContain(`${kind.kind}.ts`);
    expect(kind.summary).toMatch(/^\S.{10,}[^.]$/);
  });

  it('resolves with its defaults, and the same each time', () => {
    expect(readParams(kind.params, {}).flaws).toEqual([]);
    const params = Object.freeze(defaultsOf(kind.params));
    expect(kind.resolve(params)).toEqual(kind.resolve(params));
    const { down, proof, toxics } = kind.resolve(params);
    expect(PROOFS.map((one) => one.kind)).toContain(proof.kind);
    if (kind.acts === 'link') expect(down || toxics.length > 0).toBe(true);
    else expect([toxics, down]).toEqual([[], false]);
  });

  it('makes toxics that every engine takes, whatever its parameters', () => {
    const variations = variationsOf(kind);
    expect(variations).not.toHaveLength(0);
    for (const params of variations) {
      for (const { attributes, stream, type } of kind.resolve(params).toxics) {
        expect(['upstream', 'downstream']).toContain(stream);
        const specs = TOXIC_KINDS.get(type)?.attributes ?? {};
        expect(Object.keys(specs)).toEqual(expect.arrayContaining(Object.keys(attributes)));
        for (const [key, value] of Object.entries(attributes)) {
          expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
          expect(value <= (specs[key]?.max ?? -1)).toBe(true);
        }
      }
    }
  });

  it('is taken back by its undo, once', async () => {
    const actions = new FakeActions();
    const undo = await kind.inject(actions, faultPlanOf(kind, defaultsOf(kind.params), [3, 1, 4]));
    expect(actions.active).toHaveLength(kind.acts === 'link' ? 3 : 1);
    const acts = actions.active.length;
    await undo();
    await undo();
    await Promise.all([undo(), undo()]);
    expect([actions.active, actions.undone]).toEqual([[], acts]);
  });

  it('leaves nothing when it fails on the way', async () => {
    const calls = kind.acts === 'link' ? 3 : 1;
    for (let call = 1; call <= calls; call++) {
      const actions = new FakeActions({ call, undo: false });
      const injected = kind.inject(actions, faultPlanOf(kind, defaultsOf(kind.params), [3, 1, 4]));
      await expect(injected).rejects.toThrow('cannot do that');
      expect([actions.active, actions.undone]).toEqual([[], calls - 1]);
    }
  });

  it('says when it could not be taken back, undoes the rest, and can be asked again', async () => {
    const calls = kind.acts === 'link' ? 3 : 1;
    for (let call = 1; call <= calls; call++) {
      const actions = new FakeActions({ call, undo: true });
      const undo = await kind.inject(
        actions,
        faultPlanOf(kind, defaultsOf(kind.params), [3, 1, 4]),
      );
      await expect(undo()).rejects.toThrow();
      expect(actions.active).toHaveLength(1);
      await undo();
      expect([actions.active, actions.undone]).toEqual([[], calls]);
    }
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
