/**
 * Virtual time for a whole process. Loaded with `--import` before anything else, it replaces
 * timers, Date, performance and every unseeded source of chance by its own, so that libraries which
 * know nothing of us (Aedes, mqtt.js, XState) live in virtual time as well.
 *
 * The draining rule (version 1; another rule gives another, equally stable, history): take the
 * earliest timer, move the time to its deadline, run it, then let promises, ticks and immediates
 * run until no immediate is pending; only then take the next. Timers of one deadline run in the
 * order in which they were set.
 *
 * nextTick and microtasks are left alone: they are deterministic already. Real sockets, fs
 * promises, WebCrypto and worker threads would leak real time into the order of things and do not
 * exist in this gear, but for one thread that only watches the parent and never says a word.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

/**
 * Wall time at the run's start as simulated code sees it: a constant, so that nothing depends on
 * today.
 */
const EPOCH_MS = Date.UTC(2026, 0, 1);

interface VirtualTimer {
  due: number;
  order: number;
  action: (() => void) | null;
  /** Repeat interval, or 0. */
  every: number;
  delay: number;
}

const realSetImmediate = setImmediate;
const realHrtime = process.hrtime.bigint.bind(process.hrtime);
const require = createRequire(import.meta.url);

let nowMs = 0;
let order = 0;
let pendingImmediates = 0;
let failure: { error: unknown } | null = null;
/** Binary heap by (due, order). */
const heap: VirtualTimer[] = [];

/** What setTimeout gives back; the methods are those of Node's Timeout that libraries use. */
class TimerHandle {
  timer: VirtualTimer;
  constructor(action: () => void, delay: number, repeats: boolean) {
    const every = repeats ? delay : 0;
    this.timer = { due: nowMs + delay, order: order++, action, every, delay };
  }
  /** Aedes' keep-alive restarts its timer this way. */
  refresh(): this {
    const old = this.timer;
    if (old.action === null) return this;
    this.timer = { ...old, due: nowMs + old.delay, order: order++ };
    old.action = null;
    push(this.timer);
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  close(): this {
    this.timer.action = null;
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.timer.order;
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Virtual milliseconds since the run's start. */
export const virtualNow = (): number => nowMs;

/** Real seconds, for progress and for nothing that the run could notice. */
export const realSeconds = (): number => Number(realHrtime()) / 1e9;

/**
 * Runs virtual time until `done()` holds or nothing is left to wait for. Rejects with the first
 * error that a timer or an immediate threw. `turned` is called however little comes of a turn.
 */
export function drive(done: () => boolean, turned: () => void = () => {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      turned();
      if (failure !== null) return reject(failure.error as Error);
      if (pendingImmediates > 0) {
        realSetImmediate(turn);
        return;
      }
      if (done()) return resolve();
      const timer = pop();
      if (timer === null) {
        return reject(new Error('broken invariant: virtual time has nothing left to wait for'));
      }
      nowMs = timer.due;
      fire(timer);
      realSetImmediate(turn);
    };
    realSetImmediate(turn);
  });
}

/** Seeds Math.random, UUIDs and random bytes. Call before the first library draws. */
export function seedChance(seed: number): void {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  Math.random = draw;
  const fill = <T extends NodeJS.ArrayBufferView>(target: T): T => {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(draw() * 256);
    return target;
  };
  const uuid = (): string => {
    const hex = Buffer.from(fill(new Uint8Array(16))).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const randomBytes = (size: number, callback?: (error: null, bytes: Buffer) => void): Buffer => {
    const bytes = fill(Buffer.alloc(size));
    if (callback !== undefined) process.nextTick(callback, null, bytes);
    return bytes;
  };
  Object.assign(require('node:crypto') as object, {
    randomBytes,
    randomUUID: uuid,
    randomFillSync: fill,
  });
  Object.defineProperty(globalThis.crypto, 'randomUUID', { value: uuid, configurable: true });
  Object.defineProperty(globalThis.crypto, 'getRandomValues', { value: fill, configurable: true });
  syncBuiltinESMExports();
}

/** Puts virtual time in place of the real one; every later import sees only this. */
function install(): void {
  const timers = {
    setTimeout: (action: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) =>
      schedule(action, delay, args, false),
    setInterval: (action: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) =>
      schedule(action, delay, args, true),
    clearTimeout: clear,
    clearInterval: clear,
    setImmediate: immediate,
    clearImmediate: (handle: ImmediateHandle | undefined) => handle?.cancel(),
  };
  Object.assign(globalThis, timers);
  Object.assign(require('node:timers') as object, timers);
  Object.assign(require('node:timers/promises') as object, {
    setTimeout: (delay: number, value: unknown) =>
      new Promise((resolve) => schedule(() => resolve(value), delay, [], false)),
    setImmediate: (value: unknown) => new Promise((resolve) => immediate(() => resolve(value))),
  });
  installDates();
  syncBuiltinESMExports();
}

function installDates(): void {
  const RealDate = Date;
  class VirtualDate extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(EPOCH_MS + nowMs);
      else super(...(args as [number]));
    }
    static override now(): number {
      return EPOCH_MS + nowMs;
    }
  }
  const nanos = (): bigint => BigInt(Math.round(nowMs * 1e6));
  const hrtime = (previous?: [number, number]): [number, number] => {
    const at = nanos() - (previous ? BigInt(previous[0]) * 1000000000n + BigInt(previous[1]) : 0n);
    return [Number(at / 1000000000n), Number(at % 1000000000n)];
  };
  globalThis.Date = VirtualDate as DateConstructor;
  performance.now = () => nowMs;
  process.hrtime = Object.assign(hrtime, { bigint: nanos }) as typeof process.hrtime;
  process.uptime = () => nowMs / 1000;
}

function schedule(
  action: (...args: unknown[]) => void,
  delay: number | undefined,
  args: unknown[],
  repeats: boolean,
): TimerHandle {
  // Node's own rule: below 1 ms, or not a number, is 1 ms; fractions are dropped.
  const wait = delay !== undefined && delay >= 1 ? Math.min(Math.trunc(delay), 2 ** 31 - 1) : 1;
  const whole = args.length === 0 ? action : () => action(...args);
  const handle = new TimerHandle(whole, wait, repeats);
  push(handle.timer);
  return handle;
}

function clear(handle: TimerHandle | undefined | null): void {
  if (handle instanceof TimerHandle) handle.timer.action = null;
}

class ImmediateHandle {
  #action: (() => void) | null;
  constructor(action: () => void) {
    this.#action = action;
    pendingImmediates++;
    realSetImmediate(() => this.#run());
  }
  #run(): void {
    const action = this.#action;
    if (action === null) return;
    this.cancel();
    guard(action);
  }
  cancel(): void {
    if (this.#action === null) return;
    this.#action = null;
    pendingImmediates--;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  [Symbol.dispose](): void {
    this.cancel();
  }
}

function immediate(action: (...args: unknown[]) => void, ...args: unknown[]): ImmediateHandle {
  return new ImmediateHandle(args.length === 0 ? action : () => action(...args));
}

function fire(timer: VirtualTimer): void {
  const action = timer.action;
  if (action === null) return;
  if (timer.every > 0) {
    timer.due += timer.every;
    timer.order = order++;
    push(timer);
  } else {
    timer.action = null;
  }
  guard(action);
}

function guard(action: () => void): void {
  try {
    action();
  } catch (error) {
    failure ??= { error };
  }
}

function push(timer: VirtualTimer): void {
  let at = heap.push(timer) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (before(heap[parent] as VirtualTimer, timer)) break;
    heap[at] = heap[parent] as VirtualTimer;
    at = parent;
  }
  heap[at] = timer;
}

/** The earliest timer that was not cancelled. */
function pop(): VirtualTimer | null {
  for (;;) {
    const top = heap[0];
    if (top === undefined) return null;
    const last = heap.pop() as VirtualTimer;
    if (heap.length > 0) sink(last);
    if (top.action !== null) return top;
  }
}

function sink(timer: VirtualTimer): void {
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (
      child + 1 < heap.length &&
      before(heap[child + 1] as VirtualTimer, heap[child] as VirtualTimer)
    ) {
      child++;
    }
    if (before(timer, heap[child] as VirtualTimer)) break;
    heap[at] = heap[child] as VirtualTimer;
    at = child;
  }
  heap[at] = timer;
}

const before = (a: VirtualTimer, b: VirtualTimer): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order);

install();
