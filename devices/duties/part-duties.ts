/**
 * What every part owes: whatever happens to a device, in whatever order, its part stays upright,
 * sends and writes only what it declares, and does the same the next time.
 */
import {
  type Duty,
  exampleOf,
  hookFlaw,
  type PartTrouble,
  type Random,
  type StreamSpec,
  tries,
} from '#kernel';
import { broughtStreams } from '../besides.ts';
import type { PartKind } from '../part.ts';
import { PART_HOOKS } from '../part-hooks.ts';
import { BENCH_MODEL, BenchDevice, SAMPLING_END } from './bench-device.ts';
import { besideOf, lostReplies } from './replied-to.ts';

/** A turn in the life of a device. */
export type Turn = (device: BenchDevice) => void;

export const duties: readonly Duty<PartKind>[] = [
  {
    says: 'takes part only in streams that it brings, and fits the same entries each time',
    flaws: (kind) => {
      const { entry } = benchOf(kind);
      const [first, second] = [kind.fits?.(entry), kind.fits?.(entry)];
      const own = broughtStreams(kind).map(({ name }) => name);
      const strangers = (kind.takes?.(entry) ?? []).filter((name) => !own.includes(name));
      return [
        ...strangers.map((name) => `takes names '${name}', which is no stream of its own`),
        ...(first === second ? [] : ['fits answers otherwise the second time']),
      ];
    },
  },
  {
    says: 'replies to streams that somebody brings',
    flaws: (kind, catalog) => lostReplies(kind, catalog),
  },
  {
    says: 'starts with hooks that somebody calls',
    flaws: (kind) => {
      const flaw = hookFlaw(benchOf(kind).part, PART_HOOKS);
      return flaw === null
        ? []
        : [[flaw.message, flaw.remedy].filter((one) => one !== undefined).join('; ')];
    },
  },
  {
    says: 'can be set as it says, and in no other way',
    flaws: (kind) => {
      const device = benchOf(kind);
      return (kind.settings?.(device.paramsOf()) ?? []).flatMap(({ name, low, high, factory }) => {
        const is = (): unknown => device.settings()[name];
        const flaws = is() === factory ? [] : [`${name} leaves the factory as ${is()}`];
        for (const value of [low, high]) {
          if (!device.set(name, value) || is() !== value) flaws.push(`${name} is never ${value}`);
        }
        for (const none of [high + 1, low - 1, 'x', null]) {
          if (device.set(name, none) || is() !== high) flaws.push(`${name} can be set to ${none}`);
        }
        return flaws;
      });
    },
  },
  {
    says: 'survives any life, does what it declares, and the same again',
    flaws: (kind, catalog) =>
      tries(`part/${kind.kind}`, 120, (random) => {
        const turns = Array.from({ length: random.below(40) }, () => drawnTurn(random));
        const beside = besideOf(kind, catalog);
        const deeds = live(kind, turns, beside);
        const twice = deeds.filter((deed) => deed.startsWith(TWICE));
        if (twice.length > 0) return twice.slice(0, 1);
        const same = live(kind, turns, beside).join('\n') === deeds.join('\n');
        return same ? [] : ['it does something else in the same life'];
      }),
  },
];

const TWICE = 'it does again what it has accounted for: ';

const benchOf = (kind: PartKind, beside: readonly StreamSpec[] = besideOf(kind)): BenchDevice =>
  new BenchDevice(kind, BENCH_MODEL, exampleOf(kind.params ?? {}), beside);

/** A whole life of those turns; what the part did. */
export function live(
  kind: PartKind,
  turns: readonly Turn[],
  beside: readonly StreamSpec[] = besideOf(kind),
): string[] {
  const device = benchOf(kind, beside);
  device.call('begin');
  for (const turn of turns) turn(device);
  device.isStopped = true;
  device.pass(SAMPLING_END);
  device.call('account', SAMPLING_END);
  device.call('end');
  const before = device.deeds.length;
  device.call('account', SAMPLING_END);
  const twice = device.deeds.slice(before).map((deed) => `${TWICE}${deed}`);
  return [...device.deeds.slice(0, before), ...twice];
}

/** What a test gives a device to live through. */
export const TURNS = {
  power:
    (on: boolean): Turn =>
    (device) => {
      if (on === device.isPowered) return;
      device.isPowered = on;
      device.call('powered', on, 'test');
      if (on) device.call('booted', ++device.epoch, 'test');
    },
  /** Without a word: what is not kept elsewhere is gone. */
  cutPower: (): Turn => (device) => {
    if (!device.isPowered) return;
    if (device.isOnline) TURNS.lost()(device);
    device.freight.forget();
    device.call('forgot', 'test');
    TURNS.power(false)(device);
  },
  /** In good order, into new firmware for one: the connection keeps what it has in hand. */
  restart: (): Turn => (device) => {
    if (!device.isPowered) return;
    device.call('restarting');
    if (device.isOnline) TURNS.lost()(device);
    device.call('entered', 'power.resetting');
    device.call('booted', ++device.epoch, 'reset');
  },
  /** A passenger opens a channel, says something over it, and may be gone at once. */
  callUp:
    (passenger: number, bytes: Uint8Array, stays: boolean): Turn =>
    (device) => {
      if (device.isPowered) device.callUp(passenger, bytes, stays);
    },
  offer:
    (passenger: number, count: number, qos: 0 | 1 | 2): Turn =>
    (device) => {
      if (!device.isPowered) return;
      device.freight.has(passenger, count, device.now(), qos);
      device.call('offered', passenger);
    },
  /** Another part would send a reading. */
  hold:
    (level: number): Turn =>
    (device) => {
      device.hold({ stream: 0, n: device.readings++, values: { level } });
    },
  say:
    (passenger: number, n: number, value: number): Turn =>
    (device) => {
      if (!device.isPowered) return;
      const said = { passenger, stream: 0, n, intended: device.now(), values: { level: value } };
      device.call('heard', said);
    },
  clear: (): Turn => (device) => {
    device.call('cleared');
  },
  settle: (): Turn => (device) => {
    const settled = device.isOnline ? device.freight.settle() : [];
    for (const one of settled) device.call('settled', ...one);
  },
  online:
    (present: boolean): Turn =>
    (device) => {
      device.isOnline = true;
      device.freight.isConnected = true;
      device.call('online', present);
    },
  /** To all that comes down. */
  subscribed: (): Turn => (device) => {
    const down = device.plan.streams.filter(({ way }) => way === 'down');
    if (device.isOnline)
      device.call(
        'subscribed',
        down.map(({ name }) => name),
      );
  },
  lost: (): Turn => (device) => {
    device.isOnline = false;
    device.freight.isConnected = false;
    device.call('lost');
  },
  will: (): Turn => (device) => device.will(0),
  ail:
    (fault: string, trouble: PartTrouble): Turn =>
    (device) =>
      device.call('ailed', fault, trouble),
  ease:
    (fault: string): Turn =>
    (device) =>
      device.call('eased', fault),
  enter: (): Turn => (device) => device.call('entered', 'somewhere'),
  pass:
    (ms: number): Turn =>
    (device) =>
      device.pass(ms),
  hear:
    (bytes: Uint8Array): Turn =>
    (device) =>
      device.hear(bytes),
  cut: (): Turn => (device) => device.cut('test'),
  inbox:
    (at: number, n: number, values: Readonly<Record<string, unknown>>): Turn =>
    (device) => {
      const names = [...device.plan.streams.map(({ name }) => name), 'of-somebody-else'];
      device.inbox({ stream: names[at % names.length] ?? '', n, values });
    },
};

/** What may come down: nothing, nonsense, and what a device of the bench can be told. */
export const TOLD: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { name: 'set-level', value: 7 },
  { name: 'set-level', value: 'x' },
  { command: null, '': [1, { a: null }] },
  { __proto__: 1, value: -0, why: 'é\u0000' },
];

/** What a passenger may ask for over a line: a stretch of something, or what is no request. */
const REQUESTS = ['GET /a HTTP/1.1\r\nrange: bytes=0-99\r\n\r\n', 'PUT /a HTTP/1.1\r\n\r\n'].map(
  (text) => new TextEncoder().encode(text),
);

/** What may happen to whatever a part is made of. */
const AILMENTS: readonly PartTrouble[] = [
  {},
  { rot: { place: 'running', bits: 3 } },
  { worn: { place: 'stage', erases: 'half' } },
  { room: 0.5 },
];

function drawnTurn(random: Random): Turn {
  const bytes = (): Uint8Array =>
    Uint8Array.from({ length: random.below(30) }, () => random.below(256));
  const drawn: readonly (() => Turn)[] = [
    () => TURNS.power(random.below(2) === 1),
    () => TURNS.power(random.below(2) === 1),
    () => TURNS.online(random.below(2) === 1),
    TURNS.subscribed,
    TURNS.lost,
    TURNS.will,
    TURNS.enter,
    () => TURNS.hear(bytes()),
    TURNS.cut,
    () => TURNS.ail(`f${random.below(2)}`, AILMENTS[random.below(AILMENTS.length)] ?? {}),
    () => TURNS.ease(`f${random.below(2)}`),
    TURNS.cutPower,
    TURNS.restart,
    () => TURNS.callUp(1 + random.below(2), REQUESTS[random.below(2)] ?? bytes(), true),
    () => TURNS.callUp(1 + random.below(2), bytes(), random.below(2) === 1),
    () => TURNS.offer(1 + random.below(2), 1 + random.below(4), random.below(3) as 0 | 1 | 2),
    TURNS.settle,
    TURNS.clear,
    () => TURNS.say(1 + random.below(2), random.below(1000), random.below(60)),
    () => TURNS.hold(random.below(3)),
    () => TURNS.pass(random.below(20_000)),
    () => TURNS.inbox(random.below(10), random.below(1e6), TOLD[random.below(TOLD.length)] ?? {}),
  ];
  return (drawn[random.below(drawn.length)] ?? TURNS.lost)();
}
