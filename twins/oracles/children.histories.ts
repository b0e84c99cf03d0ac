/**
 * Children on a bus that answer or do not, and a gateway that mostly says so and now and then says
 * something else, forgets all, or is silent for too long. The naive reading keeps the whole list of
 * what happened to a child, and looks through it from the end for each question.
 */
import { type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const CHILDREN = 2;
const LENGTH = 60;
const GATEWAY = 0;
const WITHIN_US = 2_500_000;
const OPS = {
  'gateway/missed': { device: 'device', child: 'device', round: 'count' },
  'gateway/answered': { device: 'device', child: 'device', round: 'count' },
  'gateway/told': { device: 'device', child: 'device', n: 'count', lost: 'boolean' },
} as const;

function planOf(random: Random): Plan {
  const plan = testPlan({ devices: 1 + CHILDREN, readings: 60, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const bus = { poll: 1000, latency: 0, loss: 0, misses: 1 + random.below(4) };
  plan.entries = [
    { ...entry, id: 'gates', parts: [{ kind: 'gateway', params: { bus } }] },
    { ...entry, id: 'kids' },
  ];
  for (let child = 1; child <= CHILDREN; child++) {
    Object.assign(plan.devices[child] ?? {}, { via: GATEWAY, entry: 1 });
  }
  return { ...plan, ops: layOps([OPS]) };
}

const missesOf = ({ entries }: Plan): number =>
  Number((entries[0]?.parts[0]?.params.bus as Record<string, number> | undefined)?.misses);

export default defineHistories<'children'>({
  oracle: 'children',
  about: 'what a gateway should have said of each child, and when',
  history(random) {
    const plan = planOf(random);
    const limit = missesOf(plan);
    const entries: object[] = [];
    let t = 0;
    const run = [0, 0, 0];
    const tell = (op: string, fields: object): void => {
      entries.push({ t, op, device: GATEWAY, ...fields });
    };
    const length = random.below(LENGTH);
    while (entries.length < length) {
      t += random.below(1_200_000);
      const child = 1 + random.below(CHILDREN);
      const turn = random.below(20);
      const missed = run[child] ?? 0;
      if (turn < 8) {
        run[child] = missed + 1;
        tell('gateway/missed', { child, round: entries.length });
      } else if (turn < 12) {
        run[child] = 0;
        tell('gateway/answered', { child, round: entries.length });
      } else if (turn < 19) {
        const isHonest = random.below(6) > 0;
        tell('gateway/told', { child, n: entries.length, lost: missed >= limit === isHonest });
      } else tell('state', { state: 'power.off' });
    }
    return { plan, entries: entries as LedgerEntry[] };
  },
  differences(oracle, history) {
    const untilUs = history.entries.at(-1)?.t ?? 0;
    return Array.from({ length: CHILDREN }, (_, at) => at + 1).flatMap((child) => {
      const story = oracle.of(child);
      const naive = new Naive(missesOf(history.plan));
      for (const entry of entriesOf(history)) {
        const told = entry as unknown as Event;
        if (told.op === 'state' || told.child === child) naive.read(told);
      }
      naive.look(untilUs);
      const says = (story?.mistakes ?? []).map(({ t, kind }) => `${kind} ${t}`).join(', ');
      const due = naive.mistakes.join(', ');
      const kept = story?.kept ?? 0;
      return [
        ...(says === due ? [] : [`of ${child} it says '${says}', and should say '${due}'`]),
        ...(kept === naive.kept ? [] : [`${kept} are kept, and should be ${naive.kept}`]),
      ];
    });
  },
});

interface Event {
  t: number;
  op: string;
  child: number;
  lost: boolean;
}

/** What happened to one child, first to last; `blamed` is our own note. */
interface Happened {
  t: number;
  what: 'missed' | 'answered' | 'lost' | 'there' | 'forgot' | 'blamed';
}

class Naive {
  readonly #limit: number;
  readonly #log: Happened[] = [];
  readonly mistakes: string[] = [];
  kept = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  read({ t, op, lost }: Event): void {
    this.look(t);
    if (op === 'gateway/told') this.#said(t, lost ? 'lost' : 'there');
    const what = { 'gateway/missed': 'missed', 'gateway/answered': 'answered', state: 'forgot' };
    const named = op === 'gateway/told' ? (lost ? 'lost' : 'there') : what[op as keyof typeof what];
    this.#log.push({ t, what: named as Happened['what'] });
  }

  /** Whether something should have been said by now. */
  look(t: number): void {
    const [is, told] = [isIn(this.#log, this.#limit), toldIn(this.#log)];
    if (is === null || is === told || this.#isBlamed()) return;
    const since = this.#since();
    if (!(t - since > WITHIN_US)) return;
    this.mistakes.push(`${is === 'lost' ? 'untold' : 'untold-there'} ${since}`);
    this.#log.push({ t, what: 'blamed' });
  }

  #said(t: number, word: 'lost' | 'there'): void {
    const is = isIn(this.#log, this.#limit);
    if (word !== is) {
      this.mistakes.push(`${word === 'lost' ? 'told-too-early' : 'told-unheard'} ${t}`);
    } else if (word === toldIn(this.#log)) this.mistakes.push(`told-twice ${t}`);
    else if (!this.#isBlamed()) this.kept++;
  }

  #isBlamed(): boolean {
    const at = this.#log.findLastIndex(({ what }) => what === 'blamed');
    return at > this.#turnAt();
  }

  #since(): number {
    return this.#log[this.#turnAt()]?.t ?? 0;
  }

  /** Where what is so, or what is told of it, last became another. */
  #turnAt(): number {
    for (let at = this.#log.length - 1; at >= 0; at--) {
      const [before, after] = [this.#log.slice(0, at), this.#log.slice(0, at + 1)];
      if (isIn(before, this.#limit) !== isIn(after, this.#limit)) return at;
      if (toldIn(before) !== toldIn(after)) return at;
    }
    return -1;
  }
}

const sinceForgot = (log: readonly Happened[]): readonly Happened[] =>
  log.slice(log.findLastIndex(({ what }) => what === 'forgot') + 1);

function isIn(log: readonly Happened[], limit: number): 'lost' | 'there' | null {
  const all = sinceForgot(log);
  const answeredAt = all.findLastIndex(({ what }) => what === 'answered');
  const misses = all.slice(answeredAt + 1).filter(({ what }) => what === 'missed').length;
  if (misses >= limit) return 'lost';
  return answeredAt >= 0 ? 'there' : null;
}

function toldIn(log: readonly Happened[]): 'lost' | 'there' | null {
  const last = sinceForgot(log).findLast(({ what }) => what === 'lost' || what === 'there');
  return last === undefined ? null : (last.what as 'lost' | 'there');
}
