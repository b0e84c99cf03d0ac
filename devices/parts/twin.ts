/**
 * A device that is set from afar: it takes over what is desired of it, as far as it can, and
 * reports how it is truly set. At each connect it says what it has and asks for the rest, so
 * nothing that went down while it was away is missed. What is older than what it has, it passes
 * over. A target that will not hear it, and says so for good, is asked no more until it connects
 * anew.
 */
import { isMap, TWIN_TRUTHS } from '#kernel';
import { definePart, type Inbound, once, type Part, type PartDevice } from '../part.ts';

export interface TwinSeams {
  /** A setting is about to be made: false leaves it as it was, and reports it as made. */
  makeSetting?(device: string, version: number, name: string): boolean;
}

type Settings = Readonly<Record<string, unknown>>;

/** One that has asked and heard nothing asks again. */
const ASK_AGAIN_MS = 3000;
const TOO_MANY = 429;
const FAILED = 500;
/** Changes of one device come no closer than that, in the long run. */
const LEAST_MS = 500;

export default definePart({
  kind: 'twin',
  summary: 'is set from afar, and reports how it is set',
  params: {
    memory: {
      kind: 'choice',
      about: 'Where its settings are kept: flash outlives a loss of power, ram does not.',
      of: ['flash', 'ram'],
      default: 'flash',
    },
  },
  streams: [
    {
      name: 'twin-delta',
      way: 'down',
      from: 'target',
      noun: 'delta',
      schedule: { by: 'event', leastMs: LEAST_MS },
    },
    {
      name: 'twin-report',
      way: 'up',
      noun: 'report',
      qos: 1,
      schedule: { by: 'event', leastMs: LEAST_MS },
    },
  ],
  ops: TWIN_TRUTHS,
  seams: ['makeSetting'],
  start: (device) => new Twin(device),
});

class Twin implements Part {
  readonly #device: PartDevice;
  /** How it left the factory. */
  readonly #factory: Readonly<Record<string, number>>;
  /** The version of what is desired that it has taken over. */
  #version = 0;
  /** What it could not be set to, and why. */
  #refused: Readonly<Record<string, string>> = {};
  /** What it says of a setting that it has not made; empty in honest firmware. */
  #claimed: Settings = {};
  /** As it was set when it last looked. */
  #known: Readonly<Record<string, number>>;
  #reports = 0;
  #asks = 0;
  #isAnswered = true;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#factory = device.factory();
    this.#known = this.#factory;
  }

  booted(): void {
    const { memory } = this.#device.paramsOf('twin');
    if (memory !== 'ram') return;
    for (const [name, value] of Object.entries(this.#factory)) this.#device.set(name, value);
    this.#version = 0;
    this.#refused = {};
    this.#write('boot');
  }

  online(): void {
    this.#ask();
  }

  inbox({ stream, values }: Inbound): void {
    if (stream !== 'twin-delta') return this.#lookAround();
    const { version, since, desired, status, why } = values;
    if (isVersion(status)) return this.#unheard(status, String(why ?? ''));
    if (!isVersion(version) || !isVersion(since) || !isMap(desired)) return;
    this.#isAnswered = true;
    if (version < this.#version) this.#device.write('twin/passed-over', { version });
    else if (since > this.#version) this.#ask();
    else this.#takeOver(version, desired);
  }

  /** What is refused for a while, or by mistake of the target, may be taken the next time. */
  #unheard(status: number, why: string): void {
    this.#device.write('twin/unheard', { status, why });
    if (status !== TOO_MANY && status < FAILED) this.#isAnswered = true;
  }

  end(): void {
    this.#write('end');
  }

  /** Somebody else may have set it, by a command: that is how it is set then, and reported. */
  #lookAround(): void {
    const settings = this.#device.settings();
    if (Object.entries(settings).every(([name, value]) => this.#known[name] === value)) return;
    this.#write('set otherwise');
    this.#report(false);
  }

  #takeOver(version: number, desired: Settings): void {
    const isNew = version !== this.#version;
    const refused = new Map(Object.entries(this.#refused));
    for (const name of Object.keys(desired).sort()) {
      const why = this.#set(version, name, desired[name]);
      if (why === null) refused.delete(name);
      else refused.set(name.slice(0, NAME_MAX), why);
    }
    this.#version = version;
    this.#refused = Object.fromEntries([...refused].slice(-REFUSED_MAX));
    if (!isNew && Object.keys(desired).length === 0) return;
    this.#write('taken over');
    this.#report(false);
  }

  /** Null when it is set so; else why it cannot be. */
  #set(version: number, name: string, value: unknown): string | null {
    const device = this.#device;
    if (!Object.hasOwn(this.#factory, name)) return 'no such setting';
    const makes = device.seam<TwinSeams['makeSetting']>('makeSetting');
    if (makes?.(device.row.id, version, name) === false) {
      this.#claimed = { ...this.#claimed, [name]: value };
      return null;
    }
    return device.set(name, value) ? null : 'out of range';
  }

  #ask(): void {
    this.#isAnswered = false;
    const asked = ++this.#asks;
    this.#report(true);
    once(this.#device, this.#device.now() + ASK_AGAIN_MS, () => {
      const { isOnline, isStopped } = this.#device;
      const isAnswered = this.#isAnswered || asked !== this.#asks;
      if (!isAnswered && isOnline && !isStopped) this.#ask();
    });
  }

  #report(ask: boolean): void {
    const device = this.#device;
    const settings = { ...device.settings(), ...this.#claimed };
    const values = { version: this.#version, settings, refused: this.#refused, ask };
    device.send({ stream: device.code('twin-report'), n: this.#reports++, values });
  }

  /** The truth, whatever is reported. */
  #write(why: string): void {
    this.#known = this.#device.settings();
    this.#device.write('twin/holds', {
      version: this.#version,
      settings: JSON.stringify(this.#known),
      refused: JSON.stringify(this.#refused),
      why,
    });
  }
}

/** What it refuses is kept in a small memory. */
const NAME_MAX = 64;
const REFUSED_MAX = 32;

/** What a ledger can hold, and no device ever gets to. */
const VERSION_MAX = 0xffff_ffff;

const isVersion = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= VERSION_MAX;
