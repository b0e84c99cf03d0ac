/**
 * A device that obeys what a platform commands by itself. Such a command bears a key, and may come
 * more than once: again after a connection that broke, or since the platform did not hear the
 * answer. It goes to the physics once, and whatever comes again under its key is answered with what
 * came of it then. The last keys are kept in a small memory, which outlives a restart if it is
 * flash. Commands may come by two gateways, of which one was away: what comes after a newer one of
 * the same name is refused.
 */
import { ACT_TRUTHS } from '#kernel';
import { definePart, type Inbound, type Part, type PartDevice } from '../part.ts';

export interface ActSeams {
  /** A command comes again: true obeys it again. */
  obeyAgain?(device: string, key: string): boolean;
}

const STREAM = 'act';
const ANSWER = 'acted';
/** Commands of one device come no closer than that, in the long run. */
const LEAST_MS = 500;
const KEY_MAX = 400;

export default definePart({
  kind: 'acts',
  summary: 'obeys commands that bear a key, each once, and answers each',
  params: {
    memory: {
      kind: 'choice',
      about: 'Where keys are kept: flash outlives a restart, ram does not.',
      of: ['flash', 'ram'],
      default: 'flash',
    },
    keys: {
      kind: 'integer',
      about: 'So many keys are kept.',
      default: 32,
      min: 1,
      max: 1000,
    },
  },
  streams: [
    {
      name: STREAM,
      way: 'down',
      from: 'target',
      noun: 'act',
      schedule: { by: 'event', leastMs: LEAST_MS },
    },
    { name: ANSWER, way: 'up', noun: 'answer', schedule: { by: 'reply', to: STREAM }, kept: true },
  ],
  ops: ACT_TRUTHS,
  seams: ['obeyAgain'],
  start: (device) => new Acts(device),
});

class Acts implements Part {
  readonly #device: PartDevice;
  readonly #most: number;
  /** What came of each, oldest first. */
  readonly #known = new Map<string, boolean>();
  /** Of each name, the number of the newest that came. */
  readonly #newest = new Map<string, number>();

  constructor(device: PartDevice) {
    this.#device = device;
    this.#most = Number(device.paramsOf('acts').keys);
  }

  booted(): void {
    if (this.#device.paramsOf('acts').memory !== 'ram') return;
    this.#known.clear();
    this.#newest.clear();
  }

  inbox({ stream, n, values }: Inbound): void {
    const { key } = values;
    if (stream !== STREAM || typeof key !== 'string' || key.length > KEY_MAX) return;
    const device = this.#device;
    const before = this.#known.get(key);
    device.write('acts/heard', { n, key, again: before !== undefined });
    const isAgain = before !== undefined && this.#obeysAgain(key) !== true;
    const done = isAgain ? before : this.#obey(n, key, values);
    device.send({ stream: device.code(ANSWER), n, values: { key, done } });
  }

  #obey(n: number, key: string, { name, value }: Inbound['values']): boolean {
    const device = this.#device;
    const called = String(name ?? '').slice(0, KEY_MAX);
    const isLate = n < (this.#newest.get(called) ?? 0);
    const done = !isLate && device.body.physics.command(called, value, device.now());
    if (done) this.#newest.set(called, n);
    device.write('acts/effect', { n, key, name: called, value: String(value), done });
    this.#known.set(key, done);
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
    return done;
  }

  #obeysAgain(key: string): boolean | undefined {
    const obeys = this.#device.seam<ActSeams['obeyAgain']>('obeyAgain');
    return obeys?.(this.#device.row.id, key);
  }
}
