/**
 * Alarms as a list of what happened and a few words each: too simple to be wrong, and too slow to
 * be used. It knows no timers, no tables and no store.
 */
import type { AlarmAct, AlarmBounds, Random } from '#kernel';

export interface Wish {
  id: number;
  what: AlarmAct;
  token: string;
  number: number | null;
  forMs: number;
  by: string;
}

export interface Row {
  place: number;
  event: string;
  number: number;
  at: number;
  by: string;
  token: string;
  what: string;
  about: number;
  until: number;
  since: number;
  moment: number;
}

interface One {
  id: number;
  rule: string;
  subject: string;
  device: string;
  stands: boolean;
  seen: boolean;
  number: number;
  until: number | null;
  rows: Row[];
}

interface Change {
  rule: string;
  subject: string;
  device: string;
  since: number;
  at: number;
}

const USUAL: AlarmBounds = {
  ...{ floodMore: 10, floodMs: 600_000, chatterTimes: 3, chatterMs: 60_000 },
  shelveMostMs: 28_800_000,
};
const DONE = { ack: 'acked', shelve: 'shelved', unshelve: 'unshelved' } as const;
const BLANK = { by: '', token: '', what: '', about: 0, until: 0, since: 0, moment: 0 };

export class Model {
  readonly counts = new Map<string, number>();
  readonly #bounds: AlarmBounds;
  readonly #all: One[] = [];
  /** The last place before its own bounds; null while it goes by what is usual. */
  #cut: number | null = null;
  #place = 0;
  #tokens = 0;

  constructor(bounds: AlarmBounds) {
    this.#bounds = bounds;
  }

  bound(): void {
    this.#cut ??= this.#place;
  }

  changed(what: 'raised' | 'cleared', change: Change, now: number): void {
    const { rule, subject, device, since, at: moment } = change;
    let one = this.#all.find((known) => known.rule === rule && known.subject === subject);
    if (one === undefined) {
      const blank = { stands: false, seen: true, number: 0, until: null, rows: [] };
      one = { id: this.#all.length + 1, rule, subject, device, ...blank };
      this.#all.push(one);
    }
    one.stands = what === 'raised';
    if (one.stands) {
      one.number++;
      one.seen = false;
    }
    const place = this.#note(one, what, now, { since, moment });
    this.#tell(one, place, now);
  }

  /** Time has passed up to then; what was due is done at its time, or late at another. */
  passed(now: number, late?: number): void {
    const due = this.#all
      .filter(({ until }) => until !== null && until <= now)
      .sort((a, b) => Number(a.until) - Number(b.until) || a.id - b.id);
    for (const one of due) {
      const at = late ?? Number(one.until);
      one.until = null;
      this.#tell(one, this.#note(one, 'unshelved', at, {}), at);
    }
  }

  /** Something to ask, right or wrong; null where there is nothing yet. */
  drawn(random: Random): Wish | null {
    if (this.#all.length === 0) return null;
    const id = 1 + random.below(this.#all.length + (random.below(10) === 0 ? 1 : 0));
    const one = this.#all[id - 1];
    const what = (['ack', 'ack', 'shelve', 'unshelve'] as const)[random.below(4)] ?? 'ack';
    const before = one?.rows.filter(({ token }) => token !== '') ?? [];
    const again = random.below(8) === 0 ? before[random.below(before.length)] : undefined;
    const token = again?.token ?? `t${++this.#tokens}`;
    const meant = (one?.number ?? 1) - (random.below(6) === 0 ? 1 : 0);
    const number = random.below(3) === 0 || meant < 1 ? null : meant;
    return { id, what, token, number, forMs: 1 + random.below(10_000), by: 'us' };
  }

  /** What is answered, and done where it is well. */
  asked({ id, what, token, number, forMs, by }: Wish, now: number): number {
    const { shelveMostMs } = this.#cut === null ? USUAL : this.#bounds;
    if (what === 'shelve' && forMs > shelveMostMs) return 400;
    const one = this.#all[id - 1];
    if (one === undefined) return 404;
    const known = one.rows.find((row) => row.token === token);
    if (known !== undefined) return known.event === DONE[what] ? 200 : 409;
    const isMeant = number === null || number === one.number;
    const can = {
      ...{ ack: !one.seen && isMeant, shelve: one.until === null },
      unshelve: one.until !== null,
    };
    const who = { by, token };
    if (!can[what]) {
      this.#note(one, 'refused', now, { what, ...who });
      return 409;
    }
    if (what === 'ack') one.seen = true;
    if (what === 'shelve') one.until = now + forMs;
    if (what === 'unshelve') one.until = null;
    const until = what === 'shelve' ? now + forMs : 0;
    const place = this.#note(one, DONE[what], now, { until, ...who });
    if (what === 'unshelve') this.#tell(one, place, now);
    return 200;
  }

  told() {
    const rows = this.#all.flatMap((one) => one.rows);
    const told = rows.filter(({ event }) => event === 'annunciated');
    const alarms = this.#all.map(({ stands, seen, rows: own, until, ...one }) => {
      const turns = own.filter(({ event }) => event === 'raised' || event === 'cleared');
      const state = stands
        ? seen
          ? 'acked-active'
          : 'unack-active'
        : seen
          ? 'normal'
          : 'unack-returned';
      const crowds = this.#crowds(turns, 'chatterTimes', 'chatterMs', 0);
      const chatter = this.#count('chatter', crowds);
      return { ...one, state, shelvedUntil: until, chatter, history: own };
    });
    const floods = this.#count('flood', this.#crowds(told, 'floodMore', 'floodMs', 1));
    return { alarms: alarms.sort(byDevice), floods };
  }

  #tell(one: One, about: number, at: number): void {
    if (!one.seen && one.until === null) this.#note(one, 'annunciated', at, { about });
  }

  #note(one: One, event: string, at: number, said: Partial<Row>): number {
    const place = ++this.#place;
    one.rows.push({ ...BLANK, ...said, place, event, number: one.number, at });
    this.counts.set(event, (this.counts.get(event) ?? 0) + 1);
    return place;
  }

  #count<T>(what: string, list: T[]): T[] {
    this.counts.set(what, (this.counts.get(what) ?? 0) + list.length);
    return list;
  }

  #crowds(rows: Row[], least: keyof AlarmBounds, within: keyof AlarmBounds, more: number) {
    const cut = this.#cut ?? Number.POSITIVE_INFINITY;
    const sorted = [...rows].sort((a, b) => a.place - b.place);
    const before = sorted.filter(({ place }) => place <= cut);
    const after = sorted.filter(({ place }) => place > cut);
    const of = (own: Row[], bounds: AlarmBounds) =>
      crowds(own, bounds[least] + more, bounds[within]);
    return [...of(before, USUAL), ...of(after, this.#bounds)];
  }
}

/** Row by row: those within the time up to it, and whether they are too many. */
function crowds(rows: readonly Row[], least: number, withinMs: number) {
  const found: { from: number; to: number; told: number }[] = [];
  rows.forEach(({ at }, index) => {
    const near = rows.slice(0, index + 1).filter((row) => row.at > at - withinMs);
    if (near.length < least) return;
    const to = (near[near.length - least]?.at ?? 0) + withinMs;
    const last = found.at(-1);
    if (last === undefined || last.to < at) found.push({ from: at, to, told: least });
    else Object.assign(last, { to, told: last.told + 1 });
  });
  return found;
}

const byDevice = (a: { device: string; id: number }, b: { device: string; id: number }): number =>
  a.device < b.device ? -1 : a.device > b.device ? 1 : a.id - b.id;
