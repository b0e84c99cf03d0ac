/**
 * What every fault owes, whoever adds one: a name that is its file's, a pure resolve, an undo that
 * restores, and an effect that is there while it acts and gone when it has been undone.
 */
import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan, ParamValues } from '#kernel';
import { parseParams } from '#scenarios';
import { type FaultHands, type FaultKind, type Undo, undoAll } from '../fault.ts';
import { MemoryBench, settled, Tape } from '../testing/tape.ts';
import { TOXIC_KINDS } from '../toxic-kinds.ts';

const files = readdirSync(new URL('.', import.meta.url))
  .filter((file) => /^[^.]+\.ts$/.test(file))
  .sort();
const kinds: FaultKind[] = [];
for (const file of files) {
  const module = await import(new URL(file, import.meta.url).href);
  kinds.push((module as { default: FaultKind }).default);
}

const defaultsOf = (kind: FaultKind): ParamValues => parseParams(kind.params, {}, '').values;

function planOf(kind: FaultKind, params: ParamValues, cohorts = [0]): FaultPlan {
  const { down, proof, toxics } = kind.resolve(params);
  const { acts, kind: fault } = kind;
  const shared = { params, proof, toxics, down };
  return { id: 'f', fault, from: 0, to: 1, acts, cohorts, devices: [1, 2], ...shared };
}

/** Hands that do nothing but remember what is done and not yet undone. */
class FakeHands implements FaultHands {
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

it('there are the eight faults of the table', () => {
  expect(files.map((file) => file.slice(0, -3))).toEqual([
    'bandwidth',
    'blackhole',
    'broker-kill',
    'latency',
    'outage',
    'partition',
    'power-cut',
    'reset',
  ]);
});

describe.each(kinds)('$kind', (kind) => {
  it('carries the name of its file and says what it does', () => {
    expect(files).toContain(`${kind.kind}.ts`);
    expect(kind.summary).toMatch(/^\S.{10,}[^.]$/);
  });

  it('resolves with its defaults, and the same each time', () => {
    expect(parseParams(kind.params, {}, '').problems).toEqual([]);
    const params = Object.freeze(defaultsOf(kind));
    expect(kind.resolve(params)).toEqual(kind.resolve(params));
    const { down, proof, toxics } = kind.resolve(params);
    expect(proof.kind).toMatch(/./);
    if (kind.acts === 'link') expect(down || toxics.length > 0).toBe(true);
    else expect([toxics, down]).toEqual([[], false]);
  });

  it('makes toxics that every engine takes, whatever its parameters', () => {
    for (const params of variationsOf(kind)) {
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
    const hands = new FakeHands();
    const undo = await kind.inject(hands, planOf(kind, defaultsOf(kind), [3, 1, 4]));
    expect(hands.active).toHaveLength(kind.acts === 'link' ? 3 : 1);
    const acts = hands.active.length;
    await undo();
    await undo();
    await Promise.all([undo(), undo()]);
    expect([hands.active, hands.undone]).toEqual([[], acts]);
  });

  it('leaves nothing when it fails on the way', async () => {
    const calls = kind.acts === 'link' ? 3 : 1;
    for (let call = 1; call <= calls; call++) {
      const hands = new FakeHands({ call, undo: false });
      const injected = kind.inject(hands, planOf(kind, defaultsOf(kind), [3, 1, 4]));
      await expect(injected).rejects.toThrow('cannot do that');
      expect([hands.active, hands.undone]).toEqual([[], calls - 1]);
    }
  });

  it('says when it could not be taken back, undoes the rest, and can be asked again', async () => {
    const calls = kind.acts === 'link' ? 3 : 1;
    for (let call = 1; call <= calls; call++) {
      const hands = new FakeHands({ call, undo: true });
      const undo = await kind.inject(hands, planOf(kind, defaultsOf(kind), [3, 1, 4]));
      await expect(undo()).rejects.toThrow();
      expect(hands.active).toHaveLength(1);
      await undo();
      expect([hands.active, hands.undone]).toEqual([[], calls]);
    }
  });
});

/** Its defaults, and each parameter at its edges. */
function variationsOf(kind: FaultKind): ParamValues[] {
  const variations = [defaultsOf(kind)];
  for (const [key, param] of Object.entries(kind.params)) {
    const edges: unknown[] = [];
    if (param.kind === 'choice') edges.push(...param.of);
    if (param.kind === 'duration') edges.push(param.min, param.max);
    if (param.kind === 'bytes-per-second') edges.push('1B/s', '999B/s', '1500B/s', '100MB/s');
    for (const edge of edges.filter((one) => one !== undefined)) {
      const { problems, values } = parseParams(kind.params, { [key]: edge }, '');
      expect(problems).toEqual([]);
      variations.push(values);
    }
  }
  return variations;
}

const linkKinds = kinds.filter(({ acts }) => acts === 'link');

describe.each(linkKinds)('$kind on a link', (kind) => {
  let bench: MemoryBench;
  beforeAll(() => {
    bench = new MemoryBench();
  });

  it('has its effect on its cohort alone, and none when it has been undone', async () => {
    for (const params of variationsOf(kind)) {
      bench = await new MemoryBench().open();
      const hands: FaultHands = {
        ...new FakeHands(),
        addToxics: (cohort, id, toxics) => bench.injector.addToxics(cohort, id, toxics),
        disableLink: (cohort) => bench.injector.disable(cohort),
      };
      expect(await bench.carries(0)).toBe(true);
      const before = bench.join(0);
      const plan = planOf(kind, params);
      const undo = await kind.inject(hands, plan);
      await settled();
      await effect(bench, plan, before, undo);
      expect([await bench.carries(0), await bench.carries(1), await bench.carries(2)]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});

interface Joined {
  client: Tape;
  server: Tape;
}

const HOUR_MS = 3_600_000;

/** Looks for what the proof says, undoes, and looks for what must then be. */
async function effect(
  bench: MemoryBench,
  { proof, toxics }: FaultPlan,
  before: Joined,
  undo: Undo,
): Promise<void> {
  expect([await bench.carries(1), await bench.carries(2)]).toEqual([true, true]);
  if (proof.kind === 'refused') {
    expect([before.client.state, before.server.state]).toEqual(['fin', 'fin']);
    const refused = new Tape(bench.injector.connect(0));
    await settled();
    expect(refused.state).toBe('ECONNREFUSED');
    await undo();
    return;
  }
  const both = [before, bench.join(0)];
  const up = toxics.some(({ stream }) => stream === 'upstream');
  const down = toxics.some(({ stream }) => stream === 'downstream');
  for (const { client, server } of both) {
    client.end.write('to the server');
    server.end.write('to the client');
  }
  await settled();
  const spared = { server: up ? '' : 'to the server', client: down ? '' : 'to the client' };
  const seen = (): unknown[] => both.map(({ client, server }) => [server.text, client.text]);
  const arrived = both.map(() => ['to the server', 'to the client']);
  const states = (): string[] => both.flatMap(({ client, server }) => [client.state, server.state]);
  switch (proof.kind) {
    case 'stalled':
      expect(seen()).toEqual(both.map(() => [spared.server, spared.client]));
      expect([proof.up, proof.down]).toEqual([up, down]);
      await bench.advance(HOUR_MS);
      expect(seen()).toEqual(both.map(() => [spared.server, spared.client]));
      await undo();
      await settled();
      expect(seen()).toEqual(arrived);
      expect(states()).toEqual(both.flatMap(() => ['open', 'open']));
      break;
    case 'swallowed':
      await bench.advance(HOUR_MS);
      expect(states()).toEqual(both.flatMap(() => ['open', 'open']));
      await undo();
      await settled();
      expect(seen()).toEqual(both.map(() => [spared.server, spared.client]));
      expect(states()).toEqual(both.flatMap(() => ['fin', 'fin']));
      break;
    case 'delayed': {
      const leastMs = Math.max(0, proof.delayMs - proof.jitterMs);
      await bench.advance(Math.max(0, leastMs - 1));
      if (leastMs > 0) expect(seen()).toEqual(both.map(() => ['', '']));
      await bench.advance(proof.delayMs + proof.jitterMs - leastMs + 2);
      expect(seen()).toEqual(arrived);
      await undo();
      break;
    }
    case 'paced': {
      await bench.advance(1000);
      expect(seen()).toEqual(arrived);
      const size = Math.min(2_000_000, proof.bytesPerSecond * 2);
      const takesMs = (size / proof.bytesPerSecond) * 1000;
      for (const { client, server } of both) {
        client.end.write(Buffer.alloc(size));
        server.end.write(Buffer.alloc(size));
      }
      const most = (): number => Math.max(...both.flatMap((one) => sizesOf(one)));
      const least = (): number => Math.min(...both.flatMap((one) => sizesOf(one)));
      await bench.advance(takesMs * 0.9 - 2);
      expect(most()).toBeLessThan(size);
      await bench.advance(takesMs * 0.1 + 3);
      expect(least()).toBe(size + 'to the server'.length);
      await undo();
      break;
    }
    case 'closed':
      await bench.advance(HOUR_MS);
      expect(states()).toEqual(both.flatMap(() => ['ECONNRESET', 'ECONNRESET']));
      await undo();
      break;
    default:
      throw new Error(`nobody looks for ${proof.kind} on a link`);
  }
}

const sizesOf = ({ client, server }: Joined): number[] => [
  client.bytes.length,
  server.bytes.length,
];

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
