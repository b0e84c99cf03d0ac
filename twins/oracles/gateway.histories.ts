/**
 * Gateways with small buffers that take in, send on, lose their uplink and their power in any
 * order; most of it as an honest one would, and now and then otherwise. The naive reading keeps one
 * list of all that waits, and looks through it from the front for each question.
 */
import { GATEWAY_OPS, type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import type { GatewayOracle } from './gateway.ts';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const CHILDREN = 3;
const LENGTH = 80;
const STREAM = 0;
const FULL = 'gateway-full';
const LOST = 'lost in power-cut';

interface Params {
  messages: number;
  bytes: number;
  drop: 'oldest' | 'newest' | 'lowest';
  priorities: Readonly<Record<string, number>>;
}

const drawn = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T;

function planOf(random: Random): Plan {
  const plan = testPlan({ devices: 1 + CHILDREN, readings: 60, commands: null });
  const params = {
    messages: random.below(5),
    bytes: drawn(random, [20, 40, 1000]),
    drop: drawn(random, ['oldest', 'newest', 'lowest'] as const),
    backlog: 0.5,
    priorities: { kids: 1, others: random.below(3) },
    ...{ memory: 'ram', flush: 1000 },
  };
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  plan.entries = [
    { ...entry, id: 'gates', parts: [{ kind: 'gateway', params }] },
    { ...entry, id: 'kids' },
    { ...entry, id: 'others' },
  ];
  plan.devices.forEach((device, index) => {
    if (index === 0) return;
    Object.assign(device, { via: 0, entry: 1 + (index % 2) });
  });
  return { ...plan, ops: layOps([GATEWAY_OPS]) };
}

const paramsOf = ({ entries }: Plan): Params => entries[0]?.parts[0]?.params as unknown as Params;

/** What the history itself knows of the gateway, to be mostly honest. */
interface Waiting {
  child: number;
  n: number;
  bytes: number;
}

export default defineHistories<'gateway'>({
  oracle: 'gateway',
  about: 'which messages a gateway should have given up, and which it sent on out of turn',
  history(random) {
    const plan = planOf(random);
    const { messages, bytes: room } = paramsOf(plan);
    const entries: object[] = [];
    let waiting: Waiting[] = [];
    let isUp = false;
    const next = Array.from({ length: 1 + CHILDREN }, () => 0);
    const tell = (op: string, fields: object): void => {
      entries.push({ t: entries.length * 1000, op, device: 0, ...fields });
    };
    const named = ({ child, n }: Waiting) => ({ child, stream: STREAM, n });
    const leave = (one: Waiting): void => {
      waiting = waiting.filter((other) => other !== one);
    };
    const giveUp = (): void => {
      const full = (): boolean =>
        waiting.length > messages || waiting.reduce((sum, { bytes }) => sum + bytes, 0) > room;
      // Now and then it forgets to, or does so although it has room.
      while ((full() && random.below(12) > 0) || (waiting.length > 0 && random.below(40) === 0)) {
        const one = random.below(3) === 0 ? drawn(random, waiting) : drawn(random, ends(waiting));
        leave(one);
        tell('gateway/dropped', { ...named(one), why: FULL });
      }
    };
    const turns: readonly (() => void)[] = [
      () => {
        const child = 1 + random.below(CHILDREN);
        const one = { child, n: next[child] ?? 0, bytes: 1 + random.below(30) };
        // One in so many is taken in again.
        if (random.below(30) > 0) next[child] = one.n + 1;
        waiting.push(one);
        tell('gateway/took', { ...named(one), bytes: one.bytes });
        giveUp();
      },
      () => {
        if (waiting.length === 0 || (!isUp && random.below(8) > 0)) return;
        const one = random.below(6) === 0 ? drawn(random, waiting) : (waiting[0] as Waiting);
        leave(one);
        tell('gateway/passed', { ...named(one), backlog: random.below(2) === 0 });
      },
      () => {
        isUp = !isUp;
        tell(isUp ? 'online' : 'offline', isUp ? { present: true } : { why: 'closed' });
      },
      () => {
        if (random.below(4) > 0) return;
        for (const one of waiting) tell('gateway/dropped', { ...named(one), why: LOST });
        waiting = [];
        if (random.below(3) > 0) tell('state', { state: 'power.off' });
      },
    ];
    const [take, pass] = turns as [() => void, () => void];
    const length = random.below(LENGTH);
    while (entries.length < length) drawn(random, [...turns, take, take, pass])();
    return { plan, entries: entries as LedgerEntry[] };
  },
  differences(oracle, history) {
    const naive = new Naive(history.plan);
    for (const entry of entriesOf(history)) naive.read(entry as unknown as Event);
    return compared(oracle, naive);
  },
});

const ends = (waiting: readonly Waiting[]): Waiting[] =>
  [waiting[0], waiting.at(-1)].flatMap((one) => one ?? []);

interface Event extends Waiting {
  t: number;
  op: string;
  why: string;
}

/** What waits, in one list; a mark says who came since the uplink stands. */
class Naive {
  readonly #params: Params;
  readonly #priorityOf: (child: number) => number;
  #list: (Waiting & { isLive: boolean })[] = [];
  #isUp = false;
  #toldFull = false;
  readonly counts = { taken: 0, passed: 0, dropped: 0, lost: 0 };
  /** `mistake child/n instead` by the order in which they happen. */
  readonly mistakes: string[] = [];

  constructor(plan: Plan) {
    this.#params = paramsOf(plan);
    const { priorities } = this.#params;
    this.#priorityOf = (child) =>
      priorities[plan.entries[plan.devices[child]?.entry ?? -1]?.id ?? ''] ?? 0;
  }

  get waiting(): number {
    return this.#list.length;
  }

  read(event: Event): void {
    const at = this.#list.findIndex(({ child, n }) => child === event.child && n === event.n);
    const one = this.#list[at];
    if (event.op === 'online' || event.op === 'offline') this.#turn(event.op === 'online');
    else if (event.op === 'gateway/took') this.#took(event, one);
    else if (event.op === 'gateway/passed') this.#passed(event, at);
    else if (event.op === 'gateway/dropped' && event.why === FULL) this.#dropped(event, at);
    else if (event.op === 'gateway/dropped') {
      this.counts.lost++;
      if (one !== undefined) this.#list.splice(at, 1);
    }
  }

  #turn(isUp: boolean): void {
    this.#isUp = isUp;
    if (!isUp) this.#list = this.#list.map((one) => ({ ...one, isLive: false }));
  }

  #took(event: Event, known: Waiting | undefined): void {
    this.counts.taken++;
    this.#lookFull(event);
    if (known !== undefined) this.#tell('taken-twice', event);
    else
      this.#list.push({ child: event.child, n: event.n, bytes: event.bytes, isLive: this.#isUp });
  }

  #passed(event: Event, at: number): void {
    this.counts.passed++;
    this.#lookFull(event);
    const one = this.#list[at];
    if (one === undefined) return this.#tell('not-there', event);
    const before = this.#list.slice(0, at).find(({ isLive }) => isLive === one.isLive);
    this.#list.splice(at, 1);
    if (!this.#isUp) this.#tell('sent-without-uplink', event);
    if (before !== undefined) this.#tell('overtook', event, before);
  }

  #dropped(event: Event, at: number): void {
    this.counts.dropped++;
    const victim = this.#victim();
    const one = this.#list[at];
    this.#toldFull = false;
    if (one === undefined) return this.#tell('not-there', event);
    this.#list.splice(at, 1);
    if (victim === undefined) this.#tell('dropped-with-room', event);
    else if (victim !== one) this.#tell('dropped-another', event, victim);
  }

  #lookFull(event: Event): void {
    const victim = this.#victim();
    if (victim === undefined || this.#toldFull) return;
    this.#toldFull = true;
    this.#tell('kept-too-much', event, victim);
  }

  /** Undefined where there is room. */
  #victim(): Waiting | undefined {
    const { messages, bytes, drop } = this.#params;
    const list = this.#list;
    const held = list.reduce((sum, one) => sum + one.bytes, 0);
    if (list.length <= messages && held <= bytes) return undefined;
    const last = list.at(-1);
    if (drop === 'newest' || messages === 0 || (last?.bytes ?? 0) > bytes) return last;
    if (drop === 'oldest') return list[0];
    const least = Math.min(...list.map(({ child }) => this.#priorityOf(child)));
    return list.find(({ child }) => this.#priorityOf(child) === least);
  }

  #tell(mistake: string, { child, n }: Waiting, instead?: Waiting): void {
    const other = instead === undefined ? '' : ` ${instead.child}/${instead.n}`;
    this.mistakes.push(`${mistake} ${child}/${n}${other}`);
  }
}

function compared(oracle: GatewayOracle, naive: Naive): string[] {
  const story = oracle.of(0);
  if (story === null) return ['the gateway is none'];
  const { taken, passed, dropped, lost, waiting } = story;
  // How the lines share is asked elsewhere: it is a matter of counting turns.
  const mistakes = story.mistakes
    .filter(({ mistake }) => mistake !== 'unfair')
    .map(({ mistake, item, instead }) => {
      const other = instead === null ? '' : ` ${instead.child}/${instead.n}`;
      return `${mistake} ${item.child}/${item.n}${other}`;
    });
  const says = (what: string, is: unknown, should: unknown): string[] => {
    const [said, due] = [is, should].map((one) => JSON.stringify(one));
    return said === due ? [] : [`${what} is ${said}, and should be ${due}`];
  };
  return [
    ...says('what was counted', { taken, passed, dropped, lost }, naive.counts),
    ...says('what waits', waiting, naive.waiting),
    ...says('what was wrong', mistakes, naive.mistakes),
  ];
}
