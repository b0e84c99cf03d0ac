/**
 * The device's statechart on a clock moved by hand: lives, waits, and every event in every state.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';
import type { ConnectionPolicy, DeviceActions, DeviceEvent } from './regions/region.ts';
import { Statecharts } from './statecharts.ts';

/** Stops at each deadline, so that a timer set by a timer is met within the same move. */
class ManualClock {
  now = 0;
  #timers: { at: number; action: () => void }[] = [];

  setTimeout = (action: () => void, delayMs: number): unknown => {
    const timer = { at: this.now + delayMs, action };
    this.#timers.push(timer);
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    this.#timers = this.#timers.filter((one) => one !== timer);
  };

  get pending(): number {
    return this.#timers.length;
  }

  move(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.#timers
        .filter(({ at }) => at <= end)
        .reduce<{ at: number; action: () => void } | null>(
          (first, one) => (first === null || one.at < first.at ? one : first),
          null,
        );
      if (next === null) break;
      this.clearTimeout(next);
      this.now = next.at;
      next.action();
    }
    this.now = end;
  }
}

const BOOT_MS = 300;
const EVENTS: readonly DeviceEvent[] = [
  { type: 'POWER_ON' },
  { type: 'POWER_CUT' },
  { type: 'POWER_OFF' },
  { type: 'HEAP_EXHAUSTED' },
  { type: 'BATTERY_EMPTY' },
  { type: 'REPLACED' },
  { type: 'RESET' },
  { type: 'CONNECTED', sessionPresent: true },
  { type: 'REFUSED', reason: 'busy' },
  { type: 'LOST', reason: 'closed' },
  { type: 'SLEEP' },
  { type: 'WAKE' },
  { type: 'STOP' },
];

/** A device that writes down what its statechart makes it do. */
class Recorder implements DeviceActions {
  readonly log: string[] = [];
  readonly clock: ManualClock;
  readonly charts: Statecharts;
  readonly backoff = { baseMs: 1000, capMs: 8000, jitter: 'none' } as const;
  answer: DeviceEvent | null = null;
  readonly actor;

  constructor(policy: ConnectionPolicy = { session: 'persistent' }, beside?: Recorder) {
    this.clock = beside?.clock ?? new ManualClock();
    this.charts = beside?.charts ?? new Statecharts(this.clock);
    this.actor = this.charts.join({ actions: this, policy });
    this.actor.start();
  }

  send(...types: DeviceEvent['type'][]): this {
    for (const type of types) {
      const event = EVENTS.find((one) => one.type === type);
      if (event !== undefined) this.actor.send(event);
    }
    return this;
  }

  /** Powered, booted and connected. */
  online(): this {
    this.send('POWER_ON');
    this.clock.move(BOOT_MS);
    return this.send('CONNECTED');
  }

  take(...prefixes: string[]): string[] {
    const taken = this.log.filter((line) => prefixes.some((prefix) => line.startsWith(prefix)));
    this.log.length = 0;
    return taken;
  }

  get state(): string {
    const { power, connection } = this.actor.snapshot?.value ?? {};
    return `${power}/${connection}`;
  }

  restarting(): void {
    this.log.push('restarting');
  }

  connect(attempt: number, clean: boolean): void {
    this.log.push(`connect ${attempt} ${clean ? 'clean' : 'persistent'}`);
    if (this.answer !== null) this.actor.send(this.answer);
  }

  hangUp(why: string): void {
    this.log.push(`hang-up ${why}`);
  }

  abandon(why: string): void {
    this.log.push(`abandon ${why}`);
  }

  backoffMs(attempt: number): number {
    const delayMs = backoffMs(this.backoff, attempt, 0);
    this.log.push(`wait ${delayMs}`);
    return delayMs;
  }

  bootMs(): number {
    return BOOT_MS;
  }

  entered(state: string): void {
    this.log.push(`@ ${state}`);
  }

  booted(epoch: number, cause: string): void {
    this.log.push(`boot ${epoch} ${cause}`);
  }

  powered(on: boolean, cause: string): void {
    this.log.push(`power ${on ? 'on' : 'off'} ${cause}`);
  }
}

describe('a life', () => {
  test('off, boot, connect, online, lost, back-off, online, sleep, wake, stop', () => {
    const device = new Recorder();
    device.send('POWER_ON');
    device.clock.move(BOOT_MS - 1);
    expect(device.state).toBe('booting/down');
    device.clock.move(1);
    device.send('CONNECTED', 'LOST');
    device.clock.move(1000);
    device.send('CONNECTED', 'SLEEP', 'WAKE', 'CONNECTED', 'STOP');
    expect(device.log).toEqual([
      '@ power.off',
      '@ connection.down',
      'power on power-on',
      '@ power.booting',
      'boot 1 power-on',
      '@ power.on',
      '@ connection.connecting',
      'connect 0 persistent',
      '@ connection.online',
      '@ connection.backoff',
      'wait 1000',
      '@ connection.connecting',
      'connect 1 persistent',
      '@ connection.online',
      'hang-up sleep',
      '@ connection.sleeping',
      '@ connection.connecting',
      'connect 0 persistent',
      '@ connection.online',
      'hang-up stop',
      '@ connection.stopped',
    ]);
    expect(device.clock.pending).toBe(0);
  });

  test('a connection that is not answered is given up, and answers that come later are not heard', () => {
    const device = new Recorder({ session: 'clean', connectTimeoutMs: 4000 });
    device.send('POWER_ON');
    device.clock.move(BOOT_MS + 3999);
    expect(device.state).toBe('on/connecting');
    device.clock.move(1);
    expect(device.state).toBe('on/backoff');
    expect(device.take('hang-up', 'wait')).toEqual(['hang-up connect-timeout', 'wait 1000']);
    expect(device.send('CONNECTED').state).toBe('on/backoff');
  });

  test('an answer from within the call to connect is heard', () => {
    const device = new Recorder();
    device.answer = { type: 'CONNECTED', sessionPresent: false };
    device.send('POWER_ON');
    device.clock.move(BOOT_MS);
    expect(device.state).toBe('on/online');
  });

  test('stopped is stopped: neither a second stop nor new power does anything to the connection', () => {
    const device = new Recorder().online().send('STOP');
    device.take();
    device.send('STOP', 'POWER_CUT', 'POWER_ON', 'WAKE', 'CONNECTED');
    device.clock.move(60_000);
    expect(device.state).toBe('on/stopped');
    expect(device.take('hang-up', 'connect', '@ connection')).toEqual([]);
  });

  test('devices share the machine and nothing else', () => {
    const one = new Recorder({ session: 'clean' }).online();
    const other = new Recorder({ session: 'persistent' }, one);
    one.send('POWER_CUT');
    expect(one.state).toBe('off/down');
    other.send('POWER_ON');
    other.clock.move(BOOT_MS);
    expect(other.take('connect', 'boot')).toEqual(['boot 1 power-on', 'connect 0 persistent']);
  });
});

describe('back-off', () => {
  test('also the first retry waits, and the wait doubles up to the cap', () => {
    const device = new Recorder();
    device.answer = { type: 'REFUSED', reason: 'busy' };
    device.send('POWER_ON');
    device.clock.move(BOOT_MS + 1000 + 2000 + 4000 + 8000 + 8000);
    expect(device.take('connect', 'wait')).toEqual([
      'connect 0 persistent',
      'wait 1000',
      'connect 1 persistent',
      'wait 2000',
      'connect 2 persistent',
      'wait 4000',
      'connect 3 persistent',
      'wait 8000',
      'connect 4 persistent',
      'wait 8000',
      'connect 5 persistent',
      'wait 8000',
    ]);
  });

  test('accepted and then kicked is a failure like any other', () => {
    const device = new Recorder({ session: 'persistent', stableMs: 5000 }).online();
    for (const waitMs of [1000, 2000, 4000, 8000]) {
      device.clock.move(4999);
      expect(device.send('LOST').take('wait')).toEqual([`wait ${waitMs}`]);
      device.clock.move(waitMs);
      device.send('CONNECTED');
    }
    device.clock.move(5000);
    expect(device.send('LOST').take('wait')).toEqual(['wait 1000']);
    device.clock.move(1000);
    expect(device.take('connect')).toEqual(['connect 0 persistent']);
  });

  test('a connection must last 10 s to count where the policy does not say', () => {
    const waitAfter = (onlineMs: number): string[] => {
      const device = new Recorder().online().send('LOST');
      device.clock.move(1000);
      device.send('CONNECTED').take();
      device.clock.move(onlineMs);
      return device.send('LOST').take('wait');
    };
    expect(waitAfter(9999)).toEqual(['wait 2000']);
    expect(waitAfter(10_000)).toEqual(['wait 1000']);
  });

  test('going to sleep forgives a connection that held, not one that was refused', () => {
    const held = new Recorder().online().send('LOST');
    held.clock.move(1000);
    held.send('CONNECTED', 'SLEEP', 'WAKE').take();
    expect(held.send('REFUSED').take('wait')).toEqual(['wait 1000']);
    const refused = new Recorder().online().send('LOST');
    refused.clock.move(1000);
    refused.send('SLEEP', 'WAKE').take();
    expect(refused.send('REFUSED').take('wait')).toEqual(['wait 4000']);
  });
});

describe('power', () => {
  test('a cut abandons the connection, the epoch rises, and the next session begins clean once', () => {
    const device = new Recorder().online();
    device.take();
    device.send('POWER_CUT', 'POWER_ON');
    device.clock.move(BOOT_MS);
    expect(device.take('abandon', 'hang-up', 'power', 'boot', 'connect')).toEqual([
      'abandon power-cut',
      'power off power-cut',
      'power on power-on',
      'boot 2 power-on',
      'connect 0 clean',
    ]);
    device.send('REFUSED');
    device.clock.move(1000);
    expect(device.take('connect')).toEqual(['connect 1 clean']);
    device.send('CONNECTED', 'LOST');
    device.clock.move(60_000);
    expect(device.take('connect')[0]).toBe('connect 2 persistent');
  });

  test('a cut while asleep or backing off loses what was in flight just the same', () => {
    for (const away of ['SLEEP', 'LOST'] as const) {
      const device = new Recorder().online().send(away, 'POWER_CUT', 'POWER_ON');
      device.clock.move(BOOT_MS);
      expect(device.take('abandon', 'connect').slice(-2)).toEqual([
        'abandon power-cut',
        'connect 0 clean',
      ]);
    }
  });

  test.each([
    ['HEAP_EXHAUSTED', 'abandon heap-exhausted', 'boot 2 watchdog', 'connect 0 clean'],
    ['RESET', 'hang-up reset', 'boot 2 reset', 'connect 0 persistent'],
  ] as const)('%s restarts without the supply going away', (event, ends, boots, connects) => {
    const device = new Recorder().online();
    device.take();
    expect(device.send(event).state).toBe('resetting/down');
    device.clock.move(BOOT_MS);
    expect(device.take('abandon', 'hang-up', 'power', 'boot', 'connect')).toEqual([
      ends,
      boots,
      connects,
    ]);
  });

  test('shutting down in good order keeps the session', () => {
    const device = new Recorder().online().send('POWER_OFF', 'POWER_ON');
    device.clock.move(BOOT_MS);
    expect(device.take('hang-up', 'abandon', 'connect').slice(-2)).toEqual([
      'hang-up power-off',
      'connect 0 persistent',
    ]);
  });

  test('a cut during boot is no boot', () => {
    const device = new Recorder().send('POWER_ON', 'POWER_CUT');
    device.clock.move(10_000);
    expect(device.take('boot')).toEqual([]);
    expect(device.clock.pending).toBe(0);
  });

  test('an empty battery is the end until it is replaced', () => {
    const device = new Recorder().online().send('BATTERY_EMPTY', 'POWER_ON', 'RESET', 'WAKE');
    device.clock.move(100_000);
    expect(device.state).toBe('dead/down');
    device.send('REPLACED');
    device.clock.move(BOOT_MS);
    expect(device.take('boot', 'connect').slice(-2)).toEqual([
      'boot 2 replaced',
      'connect 0 clean',
    ]);
  });

  test('a clean policy connects clean always', () => {
    const device = new Recorder({ session: 'clean' }).online().send('LOST');
    device.clock.move(1000);
    expect(device.take('connect')).toEqual(['connect 0 clean', 'connect 1 clean']);
  });
});

/** Everything that can happen: an event, or time to the next deadlines. */
const STEPS: readonly (DeviceEvent['type'] | 'TIME')[] = [
  ...EVENTS.map(({ type }) => type),
  'TIME',
];

function play(steps: readonly (DeviceEvent['type'] | 'TIME')[]): Recorder {
  const device = new Recorder();
  for (const step of steps) {
    if (step === 'TIME') device.clock.move(1000);
    else device.send(step);
  }
  return device;
}

test('every event in every reachable state survives and leads to a state of the map', () => {
  const paths = new Map<string, (DeviceEvent['type'] | 'TIME')[]>([[play([]).state, []]]);
  for (const path of paths.values()) {
    for (const step of STEPS) {
      const device = play([...path, step]);
      expect(device.actor.snapshot?.status).toBe('active');
      if (!paths.has(device.state)) paths.set(device.state, [...path, step]);
    }
  }
  const still = ['off', 'booting', 'resetting', 'dead'].flatMap((power) => [
    `${power}/down`,
    `${power}/stopped`,
  ]);
  const running = ['connecting', 'online', 'backoff', 'sleeping', 'stopped'].map(
    (connection) => `on/${connection}`,
  );
  expect([...paths.keys()].sort()).toEqual([...still, ...running].sort());
});

test('any story keeps the laws of a device', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STEPS), { maxLength: 60 }), (steps) => {
      const device = play(steps);
      let powered = false;
      let stopped = false;
      let epoch = 0;
      let running = false;
      for (const line of device.log) {
        const [word, first] = line.split(' ');
        if (word === 'power') {
          expect(first === 'on').toBe(!powered);
          powered = first === 'on';
        }
        if (line.startsWith('@ power.')) running = line === '@ power.on';
        if (line === '@ connection.stopped') stopped = true;
        if (word === 'boot') expect(Number(first)).toBe(++epoch);
        if (word === 'connect') expect([powered, running, stopped]).toEqual([true, true, false]);
      }
      // One timer a region at most: the ones of left states are gone.
      expect(device.clock.pending).toBeLessThanOrEqual(2);
    }),
    { seed: 9, numRuns: 400 },
  );
});
