/**
 * An edge node with two devices that is born, speaks, dies and comes back as it should, and now and
 * then otherwise. The naive reading goes through all that was seen once more for each packet, and
 * keeps nothing in between. In every other history observers are away now and then, and a node that
 * never does otherwise has nothing to answer for, whatever they have missed.
 */
import {
  type LedgerEntry,
  layOps,
  type Plan,
  type Random,
  SPARKPLUG_OPS,
  type StreamPlan,
} from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import type { SparkplugOracle } from './sparkplug.ts';
import { testPlan } from './testing/plan.ts';

const NODE = 0;
const CHILDREN = [1, 2];
const CALL = 70;
const HEEDED = 5_000_000;
/** No life takes as long. */
const END = 200_000_000;

interface Event {
  t: number;
  op: string;
  type: string;
  about: number;
  seq: number;
  session: number;
  used: string;
  named: string;
}

function planOf(): Plan {
  const plan = testPlan({ devices: 3, readings: 200 });
  const [telemetry] = plan.streams;
  const call = { ...telemetry, name: 'rebirth', code: CALL, way: 'down' } as StreamPlan;
  return { ...plan, streams: [...plan.streams, call], ops: layOps([SPARKPLUG_OPS]) };
}

/** A node as it lives: what it writes is put into `events`. */
class Life {
  readonly events: object[] = [];
  readonly #random: Random;
  t = 10;
  #seq = 0;
  #attempts = 0;
  #born = new Set<number>();
  #isBorn = false;
  readonly #isHonest: boolean;
  /** Deaths that wait, each of a session before. */
  readonly #waiting: object[] = [];

  constructor(random: Random, isHonest: boolean) {
    this.#random = random;
    this.#isHonest = isHonest;
  }

  get #session(): number {
    return this.#attempts % 256;
  }

  /** One time in so many it does otherwise. */
  #errs(each: number): boolean {
    return !this.#isHonest && this.#random.below(each) === 0;
  }

  step(): void {
    this.t += 1000 * (1 + this.#random.below(900));
    const waits = this.#random.below(3) > 0;
    if (this.#waiting.length > 0 && !waits) this.#seen(this.#waiting.shift() ?? {});
    const turn = this.#random.below(12);
    if (turn === 0) this.#comesBack();
    else if (turn === 1) this.#isCalled();
    else if (turn === 2) this.#bears(CHILDREN[this.#random.below(2)] ?? 1);
    else if (turn === 3) this.#buries(CHILDREN[this.#random.below(2)] ?? 1);
    else this.#speaks();
  }

  begin(): void {
    this.#tell('connect');
    this.#attempts++;
    this.#tell('online');
    if (!this.#errs(8)) this.#birth(0);
  }

  #comesBack(): void {
    this.#tell('offline');
    const late = { type: 'NDEATH', session: this.#session };
    const isLate = this.#random.below(4) === 0;
    if (!isLate) this.#seen(late);
    this.#isBorn = false;
    for (let tries = this.#random.below(3); tries > 0; tries--) {
      this.#tell('connect');
      this.#attempts++;
    }
    this.#tell('connect');
    this.#attempts++;
    this.#tell('online');
    if (!this.#errs(6)) this.#birth(this.#errs(6) ? this.#random.below(3) - 1 : 0);
    if (isLate && this.#isHonest) this.#waiting.push(late);
    else if (isLate) this.#seen(late);
  }

  #birth(off: number): void {
    const session = (this.#session + off + 256) % 256;
    this.#seq = 0;
    this.#seen({ type: 'NBIRTH', seq: 0, session, control: 0, named: '0-3' });
    this.#born = new Set();
    this.#isBorn = true;
  }

  #isCalled(): void {
    this.events.push({ t: this.t, op: 'received', device: NODE, stream: CALL, n: 0 });
    this.t += 500;
    if (this.#isBorn && !this.#errs(3)) this.#birth(0);
  }

  #bears(about: number): void {
    this.#seen({
      type: 'DBIRTH',
      about,
      seq: this.#next(),
      named: `${about * 10}-${about * 10 + 2}`,
    });
    this.#born.add(about);
  }

  #buries(about: number): void {
    if (!this.#born.delete(about)) return;
    this.#seen({ type: 'DDEATH', about, seq: this.#next() });
  }

  #speaks(): void {
    const about = [-1, ...this.#born][this.#random.below(1 + this.#born.size)] ?? -1;
    const from = this.#errs(30) ? 3 - about : about;
    const alias = Math.max(0, from * 10) + (this.#errs(20) ? 7 : this.#random.below(3));
    const type = about < 0 ? 'NDATA' : 'DDATA';
    this.#seen({ type, about, seq: this.#next(), used: String(alias) });
  }

  #next(): number {
    this.#seq = (this.#seq + (this.#errs(25) ? 2 : 1)) % 256;
    return this.#seq;
  }

  #tell(op: string): void {
    this.events.push({ t: this.t++, op, device: NODE });
  }

  #seen(packet: object): void {
    const none = { about: -1, bare: 0, control: -1, seq: -1, session: -1, named: '', used: '' };
    const op = 'sparkplug/seen';
    this.events.push({ t: this.t++, op, device: NODE, ...none, ...packet });
  }
}

export default defineHistories<'sparkplug'>({
  oracle: 'sparkplug',
  about: 'what a node says between birth and death, and which session it is born in',
  history(random) {
    const isWatchedWhole = random.below(2) === 0;
    const life = new Life(random, !isWatchedWhole);
    life.begin();
    for (let steps = 60 + random.below(80); steps > 0; steps--) life.step();
    const watch = (t: number, up: boolean, why: string): LedgerEntry[] =>
      [{ t, op: 'observer', up, first: 0, lanes: 1, why }] as unknown as LedgerEntry[];
    const events = life.events as unknown as LedgerEntry[];
    const entries = isWatchedWhole ? events : unseen(events, random, watch);
    const [before, after] = [watch(0, true, 'new-session'), watch(END, false, 'planned')];
    return { plan: planOf(), before, entries, after };
  },
  differences(oracle, history) {
    const events = entriesOf(history) as unknown as Event[];
    const is = told(oracle);
    const isWatchedWhole = !history.entries.some(({ op }) => op === 'observer');
    const should = isWatchedWhole ? naive(events, END) : '[]';
    return is === should ? [] : [`it is told ${is}, and should be ${should}`];
  },
});

/** Without what came while observers were away, a few times. */
function unseen(
  events: readonly LedgerEntry[],
  random: Random,
  watch: (t: number, up: boolean, why: string) => LedgerEntry[],
): LedgerEntry[] {
  const last = events.at(-1)?.t ?? 0;
  let [left, from] = [[...events], 0];
  for (let gaps = 1 + random.below(4); gaps > 0; gaps--) {
    from += 1 + random.below(Math.floor(last / 3));
    const to = from + 1 + random.below(4_000_000);
    const [down, up] = [watch(from, false, 'closed'), watch(to, true, 'session-present')];
    const during = left.filter(({ t, op }) => t >= from && t < to && !isPacket(op));
    const [before, after] = [left.filter(({ t }) => t < from), left.filter(({ t }) => t >= to)];
    left = [...before, ...down, ...during, ...up, ...after];
    from = to;
  }
  return left;
}

const isPacket = (op: string): boolean => op === 'sparkplug/seen';

function told(oracle: SparkplugOracle): string {
  const wrong = oracle.of(NODE)?.wrong ?? [];
  return JSON.stringify(wrong.map(({ t, rule }) => `${t} ${rule}`).sort());
}

const isSeen = ({ op }: Event): boolean => isPacket(op);

function naive(events: readonly Event[], end: number): string {
  const wrong: string[] = [];
  events.forEach((event, at) => {
    if (event.op === 'received' && isUnheeded(events, at, end)) wrong.push(`${event.t} rebirth`);
    if (!isSeen(event)) return;
    const before = events.slice(0, at);
    if (event.type === 'NBIRTH') wrong.push(...bornWrong(event, before));
    else if (event.type === 'NDEATH') wrong.push(...diedWrong(event, before));
    else wrong.push(...saidWrong(event, before));
  });
  return JSON.stringify(wrong.sort());
}

const birthsIn = (events: readonly Event[]): Event[] =>
  events.filter((one) => isSeen(one) && one.type === 'NBIRTH');

/** The birth in force, and all that was seen since; null where its node is dead. */
function lifeIn(before: readonly Event[]): Event[] | null {
  const from = before.findLastIndex((one) => isSeen(one) && one.type === 'NBIRTH');
  const birth = before[from];
  if (birth === undefined) return null;
  const since = before.slice(from).filter(isSeen);
  const isDead = since.some(({ type, session }) => type === 'NDEATH' && session === birth.session);
  return isDead ? null : since;
}

const attemptsIn = (events: readonly Event[]): number =>
  events.filter(({ op }) => op === 'connect').length;

/** By the number of the first birth, the session of each attempt. */
function baseOf(before: readonly Event[]): number | null {
  const from = before.findIndex((one) => isSeen(one) && one.type === 'NBIRTH');
  const first = before[from];
  return first === undefined ? null : first.session - attemptsIn(before.slice(0, from));
}

const mod = (value: number): number => ((value % 256) + 256) % 256;

/** To which attempt each birth belongs, from the first on. */
function attemptOf(before: readonly Event[], birth: Event, base: number): number {
  const at = before.indexOf(birth);
  const earlier = before.slice(0, at);
  const newest = newestIn(earlier);
  const last = birthsIn(earlier).at(-1);
  const lastAttempt = last === undefined ? 0 : attemptOf(earlier, last, base);
  const lives = lifeIn(earlier)?.[0] === last && last?.session === birth.session;
  if (last !== undefined && lives) return Math.max(newest, lastAttempt);
  const letIn = letInAttempts(earlier).filter((attempt) => attempt > lastAttempt);
  return letIn.findLast((attempt) => mod(base + attempt) === birth.session) ?? newest;
}

const letInAttempts = (events: readonly Event[]): number[] =>
  events.flatMap(({ op }, at) => (op === 'online' ? [attemptsIn(events.slice(0, at))] : []));

const newestIn = (events: readonly Event[]): number => letInAttempts(events).at(-1) ?? 0;

function bornWrong(birth: Event, before: readonly Event[]): string[] {
  const base = baseOf(before);
  if (base === null) return [];
  const last = birthsIn(before).at(-1);
  const lastAttempt = last === undefined ? 0 : attemptOf(before, last, base);
  const life = lifeIn(before);
  const name = `${birth.t} session-number`;
  if (life !== null && last?.session === birth.session) {
    const online = before.findLast(({ op }) => op === 'online');
    const isNew = newestIn(before) > lastAttempt;
    return isNew && birth.t - (online?.t ?? 0) > 2_000_000 ? [name] : [];
  }
  const letIn = letInAttempts(before).filter((attempt) => attempt > lastAttempt);
  return letIn.some((attempt) => mod(base + attempt) === birth.session) ? [] : [name];
}

function diedWrong(death: Event, before: readonly Event[]): string[] {
  if (birthsIn(before).some(({ session }) => session === death.session)) return [];
  const base = baseOf(before);
  if (base === null) return [];
  const last = birthsIn(before).at(-1);
  const from = last === undefined ? 0 : attemptOf(before, last, base);
  const count = attemptsIn(before);
  const open = Array.from({ length: count - from }, (_, k) => mod(base + from + 1 + k));
  return open.includes(death.session) ? [] : [`${death.t} death-number`];
}

function saidWrong(packet: Event, before: readonly Event[]): string[] {
  const { t, type, about } = packet;
  const life = lifeIn(before);
  if (life === null) {
    // Once for each time that nobody is born.
    const from = before.findLastIndex((one) => isSeen(one) && one.type === 'NBIRTH');
    const others = before.slice(from + 1).some((one, at) => {
      const isSaid = isSeen(one) && !/NBIRTH|NDEATH/.test(one.type);
      return isSaid && lifeIn(before.slice(0, from + 1 + at)) === null;
    });
    if (others) return [];
    return [`${t} ${type === 'DBIRTH' ? 'device-birth-early' : 'node-unborn'}`];
  }
  const wrong: string[] = [];
  const numbered = life.filter((one) => one.type !== 'NDEATH');
  if (packet.seq !== ((numbered.at(-1)?.seq ?? 0) + 1) % 256) wrong.push(`${t} sequence`);
  if (!type.endsWith('DATA')) return wrong;
  const last = life.findLast((one) => one.about === about && /DBIRTH|DDEATH/.test(one.type));
  if (about >= 0 && last?.type !== 'DBIRTH') wrong.push(`${t} device-unborn`);
  const isNamed = life.some(({ named }) => {
    const [from = Number.NaN, to = from] = named.split('-').map(Number);
    return named !== '' && Number(packet.used) >= from && Number(packet.used) <= to;
  });
  if (!isNamed) wrong.push(`${t} alias-unnamed`);
  return wrong;
}

/** Of calls that come while one is open, the first counts. */
function isUnheeded(events: readonly Event[], at: number, end: number): boolean {
  const call = events[at];
  if (call === undefined || end - call.t <= HEEDED) return false;
  const isOver = (one: Event): boolean =>
    one.op === 'offline' || one.op === 'connect' || (isSeen(one) && one.type === 'NBIRTH');
  const isOpen = (from: number, to: number): boolean => {
    const [first, last] = [events[from], events[to]];
    if (first === undefined || last === undefined || last.t - first.t > HEEDED) return false;
    return !events.slice(from + 1, to).some(isOver);
  };
  // Whether it counts hangs on all before it.
  let open: number | null = null;
  for (let k = 0; k <= at; k++) {
    if (events[k]?.op !== 'received') continue;
    if (open === null || !isOpen(open, k)) open = k;
  }
  if (open !== at) return false;
  const next = events.slice(at + 1).find(isOver);
  return next === undefined || next.t - call.t > HEEDED;
}
