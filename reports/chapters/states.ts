/**
 * Where there are faults that go by the states of devices: which fault met how many devices in
 * which state. It is a matrix for its empty places: what never met shows nothing about either. Told
 * of all faults of such a run, since those that go by the clock meet devices in some state too.
 */
import { isToldOfEach, type LedgerEntry, type LedgerEntryOf, regionOf } from '#kernel';
import { type Span, type Timeline, windowsOn } from '#oracles';
import { defineChapter } from '../chapter.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { formatCount, plural, shareOf } from '../wording.ts';

const MET = 'met ';
const TIMES = 'times ';
const ACTED = 'acted on ';
const BETWEEN = ' under ';
const TOOK = 'acted for ';

export default defineChapter({
  kind: 'states',
  title: 'States under faults',
  summary: 'how many devices each fault met in which state',
  asks: [],
  fault: 'tie',
  start: (context, book) => {
    const { devices, timeline } = context;
    const lives = new Map(devices.map((device) => [device, new StatesMet(timeline, device)]));
    return {
      ops: ['state', 'struck', 'relieved'],
      step: (entry) => lives.get(entry.device)?.step(entry),
      end: () => {
        for (const [device, life] of lives) {
          for (const key of life.end()) book.count(`${MET}${key}`);
          tellWindows(book, timeline, device);
        }
      },
    };
  },
  tell: (book, plan) => {
    const faults = plan.faults.map(({ id }) => id);
    const cells = new Map(book.named(MET).map((name) => [name, book.counted(name)]));
    const states = [...new Set(book.named(MET).map(stateIn))].sort();
    const tied = plan.faults.flatMap((fault) => (fault.tie === undefined ? [] : [fault]));
    const acted = tied.filter(({ id }) => book.counted(`${ACTED}${id}`) > 0).length;
    return {
      lead:
        `${plural(acted, 'fault')} of ${formatCount(tied.length)} that go by a state met ` +
        `devices in it, and all faults together met ${plural(states.length, 'state')}.`,
      figures: [
        { label: 'States met', value: states.length, unit: 'count' },
        {
          label: 'Pairs of state and fault met',
          value: shareOf(cells.size, states.length * faults.length),
          unit: 'share',
        },
      ],
      wholes: [],
      spans: tied.map(({ id }) => ({ ...book.span(`${TOOK}${id}`), name: id })),
      series: [],
      tables: [
        {
          title: 'Devices that were in a state while a fault acted on them',
          columns: [
            { title: 'State', unit: 'text' },
            ...faults.map((title) => ({ title, unit: 'count' as const })),
          ],
          rows: states.map((state) => [
            state,
            ...faults.map((id) => cells.get(`${MET}${state}${BETWEEN}${id}`) ?? null),
          ]),
        },
        {
          title: 'Faults that go by a state',
          columns: [
            { title: 'Fault', unit: 'text' },
            { title: 'State', unit: 'text' },
            { title: 'Devices that can be in it', unit: 'count' },
            { title: 'Of these, it acted on', unit: 'count' },
            { title: 'Times in all', unit: 'count' },
          ],
          rows: tied.map(({ devices, id, tie }) => [
            id,
            tie?.nth === undefined ? (tie?.state ?? '') : `${tie.state}, time ${tie.nth}`,
            devices.length,
            book.counted(`${ACTED}${id}`),
            book.counted(`${TIMES}${id}`),
          ]),
        },
      ],
    };
  },
});

function tellWindows(book: ChapterBook, timeline: Timeline, device: number): void {
  for (const { id, plan } of timeline.faults) {
    const windows = windowsOn(timeline, { id }, device);
    if (plan.tie === undefined || windows.length === 0) continue;
    book.count(`${ACTED}${id}`);
    book.count(`${TIMES}${id}`, windows.length);
    for (const { from, to } of windows) {
      if (Number.isFinite(to)) book.took(`${TOOK}${id}`, to - from);
    }
  }
}

/**
 * In which states each fault met one device. Where the ledger says that it was struck, its order
 * tells in which; a fault that came by the clock met the states it was in when that began, and all
 * that it entered before the end.
 */
class StatesMet {
  readonly #byClock: readonly Span[];
  readonly #ids: readonly string[];
  readonly #met = new Set<string>();
  readonly #acting = new Set<string>();
  /** By region, and since when. */
  readonly #in = new Map<string, { state: string; from: number }>();

  constructor(timeline: Timeline, device: number) {
    const windows = timeline
      .faultsOn(device)
      .filter(({ injected, plan }) => injected && plan.tie === undefined && !isToldOfEach(plan));
    this.#byClock = windows;
    this.#ids = windows.map(({ id }) => id);
  }

  step(entry: LedgerEntry): void {
    if (entry.op === 'struck') {
      this.#acting.add(entry.fault);
      for (const { state } of this.#in.values()) this.#meet(state, entry.fault);
    } else if (entry.op === 'relieved') this.#acting.delete(entry.fault);
    else if (entry.op === 'state') this.#enter(entry);
  }

  /** The lane is complete: states and faults that met. */
  end(): ReadonlySet<string> {
    for (const visit of this.#in.values()) this.#leave(visit, Number.POSITIVE_INFINITY);
    return this.#met;
  }

  #enter({ state, t }: LedgerEntryOf<'state'>): void {
    const region = regionOf(state);
    const before = this.#in.get(region);
    if (before !== undefined) this.#leave(before, t);
    this.#in.set(region, { state, from: t });
    for (const fault of this.#acting) this.#meet(state, fault);
  }

  #leave({ from, state }: { state: string; from: number }, to: number): void {
    this.#byClock.forEach((window, index) => {
      // It may be what made the device leave, at that very instant.
      if (window.from <= to && from < window.to) this.#meet(state, this.#ids[index] ?? '');
    });
  }

  #meet(state: string, fault: string): void {
    this.#met.add(`${state}${BETWEEN}${fault}`);
  }
}

const stateIn = (name: string): string => name.slice(MET.length, name.indexOf(BETWEEN, MET.length));
