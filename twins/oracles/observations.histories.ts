/**
 * Notifications that come in any order, gateways that mostly take the right ones and now and then
 * do not, lose their memory, or forget to register. The naive reading keeps the whole list of what
 * happened to a resource and looks through it from the end for each question; which number is
 * newer it finds by counting on from the older one in large steps around the circle.
 */
import { type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import { defineHistories, entriesOf, type History } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const GATEWAY = 0;
const CHILD = 1;
const LENGTH = 60;
const CIRCLE = 16_777_216;
const PATHS = ['/level', '/flow'];
const RESOURCE = { device: 'device', child: 'device', resource: 'count' } as const;
const OPS = {
  'gateway/registered': { ...RESOURCE, round: 'count' },
  'gateway/observed': {
    ...RESOURCE,
    seq: 'count',
    answers: 'boolean',
    confirmable: 'boolean',
    taken: 'boolean',
  },
  'gateway/turned-down': { ...RESOURCE, code: 'count' },
} as const;

interface Declared {
  path: string;
  confirmable: boolean;
  'max-age': number;
}

interface Bus {
  poll: number;
  coap: { timeout: number; resources: { kids: Declared[] } };
}

function planOf(random: Random): Plan {
  const plan = testPlan({ devices: 2, readings: 60, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const kids = PATHS.map((path) => {
    return { path, confirmable: random.below(2) > 0, 'max-age': 1000 * (1 + random.below(6)) };
  });
  const coap = { timeout: 500 + random.below(2000), resources: { kids } };
  const bus: Bus = { poll: 500 + random.below(1000), coap };
  plan.entries = [
    { ...entry, id: 'gates', parts: [{ kind: 'gateway', params: { bus } as never }] },
    { ...entry, id: 'kids' },
  ];
  Object.assign(plan.devices[CHILD] ?? {}, { via: GATEWAY, entry: 1 });
  return { ...plan, ops: layOps([OPS]) };
}

const busOf = ({ entries }: Plan): Bus => entries[0]?.parts[0]?.params.bus as unknown as Bus;

export default defineHistories<'observations'>({
  oracle: 'observations',
  about: 'which notifications a gateway should have taken, and when it should have registered',
  history(random) {
    const plan = planOf(random);
    const entries: object[] = [];
    let t = 0;
    const seqs = PATHS.map(() => random.below(CIRCLE));
    const length = random.below(LENGTH);
    while (entries.length < length) {
      // Now and then so long that numbers are forgotten.
      t += random.below(30) === 0 ? random.below(200_000_000) : random.below(2_500_000);
      const resource = random.below(PATHS.length);
      const about = { t, device: GATEWAY, child: CHILD };
      const turn = random.below(20);
      if (turn < 5) {
        entries.push({ ...about, op: 'gateway/registered', resource, round: entries.length });
      } else if (turn < 17) {
        const by = [1, 1, 1, 0, -1, CIRCLE / 2, CIRCLE / 2 - 1][random.below(7)] ?? 1;
        const seq = ((seqs[resource] ?? 0) + by + CIRCLE) % CIRCLE;
        seqs[resource] = seq;
        const answers = random.below(5) === 0;
        const [confirmable, taken] = [random.below(2) > 0, random.below(4) > 0];
        const more = { seq, answers, confirmable, taken };
        entries.push({ ...about, op: 'gateway/observed', resource, ...more });
      } else if (turn < 18)
        entries.push({ ...about, op: 'gateway/turned-down', resource, code: 503 });
      else {
        const state = turn < 19 ? 'power.off' : 'power.on';
        entries.push({ t, op: 'state', device: GATEWAY, state });
      }
    }
    return { plan, entries: entries as LedgerEntry[] };
  },
  differences(oracle, history) {
    const stories = new Map(oracle.of(CHILD).map((story) => [story.path, story]));
    return PATHS.flatMap((path, resource) => {
      const naive = new Naive(history, resource);
      const story = stories.get(path);
      const says = (story?.mistakes ?? []).map(({ t, kind }) => `${kind} ${t}`).join(', ');
      const due = naive.mistakes.join(', ');
      const counts = `${story?.kept ?? 0} kept, ${story?.open ?? 0} open`;
      const dueCounts = `${naive.kept} kept, ${naive.open} open`;
      return [
        ...(says === due ? [] : [`of ${path} it says '${says}', and should say '${due}'`]),
        ...(counts === dueCounts ? [] : [`of ${path} ${counts}, and should be ${dueCounts}`]),
      ];
    });
  },
});

interface Event {
  t: number;
  op: string;
  state?: string;
  resource?: number;
  seq: number;
  answers: boolean;
  confirmable: boolean;
  taken: boolean;
}

class Naive {
  readonly #bus: Bus;
  readonly #declared: Declared;
  readonly #log: Event[] = [];
  /** Since when something was due of which it was blamed. */
  readonly #blamed = new Set<Event>();
  readonly mistakes: string[] = [];
  kept = 0;
  open = 0;

  constructor(history: History, resource: number) {
    this.#bus = busOf(history.plan);
    this.#declared = this.#bus.coap.resources.kids[resource] as Declared;
    for (const entry of entriesOf(history)) {
      const event = entry as unknown as Event;
      if (event.resource !== undefined && event.resource !== resource) continue;
      if (event.op === 'state' && (event.state === 'power.on') === this.#runs()) continue;
      this.#look(event.t);
      this.#read(event);
      this.#log.push(event);
    }
    // Of the resource that nobody told of nothing is known; a story ends when sampling does.
    this.#look(history.entries.at(-1)?.t ?? 0);
  }

  #read(event: Event): void {
    const { t, op, seq, answers, confirmable, taken } = event;
    if (op === 'gateway/registered' && !this.#isBlamedNow()) this.kept++;
    if (op !== 'gateway/observed') return;
    const newer = answers ? true : this.#isNewer(t, seq);
    if (newer === null) this.open++;
    else if (newer === taken) this.kept++;
    else this.mistakes.push(`${taken ? 'took-older' : 'left-newer'} ${t}`);
    if (!answers && confirmable !== this.#declared.confirmable) {
      this.mistakes.push(`undeclared ${t}`);
    }
  }

  /** Whether it runs, by the last that says so: what it left says nothing. */
  #runs(): boolean {
    const last = this.#log.findLast(({ op, taken }) => op !== 'gateway/observed' || taken);
    return last !== undefined && (last.op !== 'state' || last.state === 'power.on');
  }

  /** The newest since it was turned down or forgot, found by going through all of them. */
  #isNewer(t: number, seq: number): boolean | null {
    const from = this.#log.findLastIndex(
      ({ op, state }) => op === 'gateway/turned-down' || (op === 'state' && state !== 'power.on'),
    );
    let newest: Event | null = null;
    for (const one of this.#log.slice(from + 1)) {
      if (one.op !== 'gateway/observed') continue;
      if (newest === null || one.answers || after(newest, one.t, one.seq) === true) newest = one;
    }
    return newest === null ? true : after(newest, t, seq);
  }

  /** What came last that says from when on something is due, and from when that is. */
  #dueBy(): { event: Event; from: number } | null {
    const { poll: _, coap } = this.#bus;
    for (const event of [...this.#log].reverse()) {
      const { t, op, state, taken } = event;
      if (op === 'state') return state === 'power.on' ? { event, from: t } : null;
      if (op === 'gateway/turned-down') return { event, from: t };
      if (op === 'gateway/registered') return { event, from: t + coap.timeout * 1000 };
      if (taken) return { event, from: t + this.#declared['max-age'] * 1000 };
    }
    return null;
  }

  #isBlamedNow(): boolean {
    const due = this.#dueBy();
    return due !== null && this.#blamed.has(due.event);
  }

  #look(t: number): void {
    const due = this.#dueBy();
    if (due === null || this.#blamed.has(due.event)) return;
    if (t - due.from <= this.#bus.poll * 1000 + 2_500_000) return;
    this.#blamed.add(due.event);
    this.mistakes.push(`not-registered ${due.from}`);
  }
}

/** Whether a number is newer than one before it; null where time is about to decide. */
function after(before: Event, t: number, seq: number): boolean | null {
  // The older one comes first where less than half of the circle lies between them.
  const ahead = seq >= before.seq ? seq - before.seq : CIRCLE - (before.seq - seq);
  if (ahead !== 0 && ahead < CIRCLE / 2) return true;
  const waited = t - before.t;
  if (waited > 127_900_000 && waited < 128_100_000) return null;
  return waited > 128_000_000;
}
