/**
 * Loops that hear, switch, are told, fall and come up in any order; mostly as an honest one would,
 * and now and then otherwise. The naive reading keeps everything that ever happened, and works out
 * for each moment anew what was demanded, from the whole of it.
 */
import {
  EDGE_OPS,
  type LedgerEntry,
  layOps,
  type Plan,
  type Random,
  type StreamPlan,
} from '#kernel';
import type { EdgeOracle } from './edge.ts';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const SETTING = 64;
const FACTORY = { setpoint: 20, hysteresis: 2 };
/** What comes from afar, in turn; the third cannot be taken over. */
const TOLD = [{ setpoint: 24 }, { setpoint: 18, hysteresis: 4 }, { setpoint: 5000 }];
const REACTION_MS = 700;
const STALE_MS = 3000;
const LENGTH = 60;
const CHILDREN = [1, 2];

const drawn = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T;

function planOf(random: Random): Plan {
  const plan = testPlan({ devices: 1 + CHILDREN.length, readings: LENGTH * 2, commands: null });
  const params = {
    ...{ reads: 'level', switches: 'heat', way: drawn(random, ['heats', 'cools']), ...FACTORY },
    ...{ reaction: REACTION_MS, stale: STALE_MS, memory: drawn(random, ['flash', 'ram']) },
  };
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  plan.entries = [{ ...entry, id: 'gates', parts: [{ kind: 'edge', params }] }, entry];
  for (const child of CHILDREN) Object.assign(plan.devices[child] ?? {}, { via: 0, entry: 1 });
  plan.workflows = [{ workflow: 'edge', session: 'edge', resolved: { settings: TOLD } }];
  plan.streams.push({
    ...(plan.streams[0] as StreamPlan),
    ...{ name: 'edge-setting', code: SETTING, way: 'down', from: 'operator', arrives: 'device' },
    schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
  });
  return { ...plan, ops: layOps([EDGE_OPS]) };
}

type Settings = typeof FACTORY;

interface Event {
  t: number;
  op: string;
  device: number;
  child: number;
  n: number;
  value: string;
  on: string | boolean;
  done: boolean;
  settings: string;
  state: string;
}

/** All that happened, and what follows from it, worked out anew for each question. */
class Naive {
  readonly #isHeating: boolean;
  readonly #keeps: boolean;
  readonly #events: Event[] = [];

  constructor({ entries }: Plan) {
    const params = entries[0]?.parts[0]?.params;
    this.#isHeating = params?.way === 'heats';
    this.#keeps = params?.memory === 'flash';
  }

  add(event: Event): void {
    this.#events.push(event);
  }

  get settings(): Settings {
    return this.#told().settings;
  }

  /** Number of the next message that it takes. */
  get next(): number {
    return this.#told().next;
  }

  #told(): { settings: Settings; next: number } {
    let [settings, next] = [FACTORY, 0];
    for (const { op, device, n } of this.#events) {
      if (device !== 0) continue;
      if (op === 'boot' && !this.#keeps) [settings, next] = [FACTORY, 0];
      if (op !== 'received' || n < next) continue;
      next = n + 1;
      const says = TOLD[n % TOLD.length];
      if (says !== undefined && says.setpoint < 1000) settings = { ...settings, ...says };
    }
    return { settings, next };
  }

  /** Since the gateway last lost what it held in RAM. */
  #since(): readonly Event[] {
    const at = this.#events.findLastIndex(
      ({ op, device }) => device === 0 && (op === 'boot' || op === 'state'),
    );
    return this.#events.slice(at + 1);
  }

  reading(child: number): Event | undefined {
    return this.#since().findLast((one) => one.op === 'edge/read' && one.child === child);
  }

  isDown(child: number): boolean {
    const last = this.#events.findLast(
      ({ op, device }) => device === child && (op === 'boot' || op === 'state'),
    );
    return last?.op === 'state';
  }

  order(child: number): Event | undefined {
    return this.#since().findLast(
      (one) => one.op === 'edge/switched' && one.child === child && one.done,
    );
  }

  wanted(child: number, t: number): boolean | null {
    const reading = this.reading(child);
    if (reading === undefined || t / 1000 - reading.n * 1000 > STALE_MS) return null;
    const { setpoint, hysteresis } = this.settings;
    const [value, half] = [Number(reading.value), hysteresis / 2];
    if (value > setpoint - half && value < setpoint + half) return null;
    const wanted = value <= setpoint - half === this.#isHeating;
    const order = this.order(child);
    const said = reading.on === '' ? null : reading.on === 'true';
    const isLater = order !== undefined && reading.n * 1_000_000 > order.t;
    const isOn = order === undefined || (isLater && said !== null) ? said : order.on;
    return isOn === wanted ? null : wanted;
  }
}

/** A moment away from everything that comes off the grid, so that nothing lies on an edge. */
const ASIDE_MS = 137;

export default defineHistories<'edge'>({
  oracle: 'edge',
  about: 'what control loops did too late, for nothing or otherwise set',
  history(random) {
    const plan = planOf(random);
    const naive = new Naive(plan);
    const entries: object[] = [];
    let second = 0;
    let told = 0;
    const tell = (op: string, ms: number, fields: object, device = 0): void => {
      const entry = { t: ms * 1000, op, device, ...fields };
      entries.push(entry);
      naive.add(entry as Event);
    };
    const isSet = (ms: number): void => {
      const honest = naive.settings;
      const settings = random.below(12) === 0 ? { ...honest, setpoint: 21 } : honest;
      tell('edge/set', ms, { settings: JSON.stringify(settings), why: 'told' });
    };
    const act = (child: number, ms: number): void => {
      const wanted = naive.wanted(child, ms * 1000);
      // Now and then it does nothing, or something for nothing.
      if (wanted === null ? random.below(15) > 0 : random.below(6) === 0) return;
      tell('edge/switched', ms + drawn(random, [0, 0, 0, 300]), {
        child,
        n: naive.reading(child)?.n ?? 0,
        on: wanted ?? random.below(2) === 0,
        done: random.below(5) > 0,
        settings: JSON.stringify(naive.settings),
      });
    };
    const turns: readonly ((ms: number) => void)[] = [
      (ms) => {
        tell('received', ms, { stream: SETTING, n: told, hash: 0, flags: 0 });
        told += random.below(3);
        isSet(ms);
        for (const child of CHILDREN) act(child, ms);
      },
      (ms) => tell(drawn(random, ['online', 'offline']), ms, { present: true, why: 'closed' }),
      (ms) => {
        tell('state', ms, { state: 'power.off' });
        tell('boot', ms + 50, { epoch: 2, cause: 'power-on' });
        isSet(ms + 50);
      },
      (ms) => tell('boot', ms, { epoch: 2, cause: 'power-on' }, drawn(random, CHILDREN)),
      (ms) => tell('state', ms, { state: 'power.off' }, drawn(random, CHILDREN)),
    ];
    const length = random.below(LENGTH);
    while (second < length) {
      const ms = second * 1000 + ASIDE_MS;
      for (const child of CHILDREN) {
        if (random.below(4) === 0) continue;
        const value = String(14 + random.below(16) + 0.5);
        const on = drawn(random, ['', 'true', 'false']);
        const n = second - (random.below(8) === 0 ? Math.min(second, 4) : 0);
        tell('edge/read', ms, { child, n, value, on });
        act(child, ms);
      }
      if (random.below(3) === 0) drawn(random, turns)(ms + 400);
      second++;
    }
    const sorted = (entries as LedgerEntry[]).sort((a, b) => a.t - b.t);
    return { plan, entries: sorted };
  },
  differences(oracle, history) {
    const naive = new Naive(history.plan);
    const told: string[] = [];
    let kept = 0;
    const due = new Map<number, { t: number; isOn: boolean }>();
    const lookAt = (child: number, t: number): void => {
      const one = due.get(child);
      if (one === undefined || t - one.t <= REACTION_MS * 1000) return;
      told.push(`not-switched ${child} ${one.isOn} ${one.t}`);
      due.delete(child);
    };
    const demand = (child: number, t: number): void => {
      const wanted = naive.wanted(child, t);
      if (wanted === null) due.delete(child);
      else if (due.get(child)?.isOn !== wanted) due.set(child, { t, isOn: wanted });
    };
    for (const entry of entriesOf(history) as unknown as Event[]) {
      const { op, t, device, child } = entry;
      const isOwn = device === 0;
      if (isOwn && op !== 'edge/set') {
        const about = op === 'edge/read' || op === 'edge/switched' ? [child] : CHILDREN;
        if (op !== 'online' && op !== 'offline') for (const one of about) lookAt(one, t);
      }
      if (isOwn && op === 'edge/switched') {
        const isDemanded = due.get(child)?.isOn === entry.on || naive.wanted(child, t) === entry.on;
        if (isDemanded && entry.done) kept++;
        else if (isDemanded && !naive.isDown(child)) told.push(`refused ${child} ${entry.on} ${t}`);
        else if (!isDemanded) told.push(`for-nothing ${child} ${entry.on} ${t}`);
        due.delete(child);
      }
      const isTaken = entry.n >= naive.next && entry.n % TOLD.length !== 2;
      naive.add(entry);
      if (isOwn && op === 'edge/read') demand(child, t);
      if (isOwn && op === 'received' && isTaken) for (const one of CHILDREN) demand(one, t);
      if (isOwn && (op === 'boot' || op === 'state')) due.clear();
      if (isOwn && op === 'edge/set') {
        const isRight = entry.settings === JSON.stringify(naive.settings);
        if (!isRight) told.push(`set-otherwise ${t}`);
      }
    }
    const end = entriesOf(history).at(-1)?.t ?? 0;
    for (const one of [...due.keys()]) lookAt(one, end);
    return compared(oracle, told, kept);
  },
});

function compared(oracle: EdgeOracle, told: readonly string[], kept: number): string[] {
  const story = oracle.of(0);
  if (story === null) return ['the loop is none'];
  const wrong = [
    // Whether a child obeys is not asked here.
    ...story.mistakes
      .filter(({ mistake }) => mistake !== 'not-obeyed')
      .map(({ mistake, child, isOn, t }) => `${mistake} ${child} ${isOn} ${t}`),
    ...story.otherSettings.map(({ t }) => `set-otherwise ${t}`),
  ].sort();
  const [is, should] = [JSON.stringify(wrong), JSON.stringify([...told].sort())];
  return [
    ...(is === should ? [] : [`what was wrong is ${is}, and should be ${should}`]),
    ...(story.kept === kept ? [] : [`${story.kept} were kept, and should be ${kept}`]),
  ];
}
