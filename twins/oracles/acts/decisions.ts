/** What the target says of all its decisions, and what the operator told it, when all is known. */
import type { LedgerEntry, Plan } from '#kernel';
import type { OracleFold } from '../oracle.ts';
import type { Said } from '../rules/conditions.ts';
import { TargetClock } from '../target-clock.ts';
import { Stops } from './stops.ts';

export interface Decision {
  /** Under which it is listed. */
  device: number;
  /** Its place among all. */
  place: number;
  act: string;
  rule: string;
  version: number;
  subject: string;
  /** The moment of the alarm. */
  at: number;
  /** By the target's clock. */
  decided: number;
  done: boolean;
  why: string;
  by: string;
  /** Null where they cannot be read. */
  values: Said | null;
  key: string;
}

type Fields = Readonly<Record<string, number | string | boolean>>;

export class ActBook implements OracleFold {
  readonly stops = new Stops();
  readonly clock = new TargetClock();
  readonly #devices: number;
  readonly #began = new Map<string, number>();
  /** By rule, since when the target goes by each version. */
  readonly #versions = new Map<string, Map<number, number>>();
  readonly #decisions: Decision[] = [];
  /** By device, when the target had been asked about it; milliseconds. */
  readonly #whole = new Map<number, number>();
  #index: Index | null = null;

  constructor({ devices }: Pick<Plan, 'devices'>) {
    this.#devices = devices.length;
  }

  step(entry: LedgerEntry): void {
    const fields = entry as unknown as Fields;
    const { t, device } = entry;
    switch (entry.op as string) {
      case 'acts/asked':
        this.clock.asked(String(fields.act), t / 1000);
        break;
      case 'acts/answered':
        if (fields.status === 200) this.clock.answered(String(fields.act), t / 1000);
        break;
      case 'acts/began':
        this.#began.set(String(fields.act), Number(fields.from));
        this.clock.began(String(fields.act), Number(fields.from), t / 1000);
        break;
      case 'acts/told':
        this.stops.told(Boolean(fields.on));
        break;
      case 'acts/took':
        this.stops.took(Boolean(fields.on), Number(fields.status), Number(fields.at));
        break;
      case 'acts/decided':
        this.#decisions.push(decisionOf(device, fields));
        break;
      case 'acts/whole':
        this.#whole.set(device, t / 1000);
        break;
      case 'rules/began': {
        const own = this.#versions.get(String(fields.rule)) ?? new Map<number, number>();
        const versions = own.set(Number(fields.version), Number(fields.from));
        this.#versions.set(String(fields.rule), versions);
      }
    }
  }

  get isWhole(): boolean {
    return this.#whole.size >= this.#devices;
  }

  askedAt(device: number): number {
    return this.#whole.get(device) ?? Number.POSITIVE_INFINITY;
  }

  /** When the first of its lists had been read, milliseconds: what it did later may be in none. */
  get readAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#whole.values());
  }

  /**
   * Of those that were done before it, one of the same device or act that bears its key: whoever
   * hears of both takes them for one, and does the second of them never.
   */
  sharing({ key, device, act, done, place }: Decision): Decision | null {
    const others = done ? (this.#indexed().doneByKey.get(key) ?? []) : [];
    const isOwn = (one: Decision): boolean => one.device === device || one.act === act;
    return others.find((one) => one.place < place && isOwn(one)) ?? null;
  }

  /** What it says that it has done of an act, first to last. */
  doneOf(act: string): readonly Decision[] {
    return this.#indexed().doneBy.get(act) ?? [];
  }

  beganOf(act: string): number | null {
    return this.#began.get(act) ?? null;
  }

  versionsOf(rule: string): ReadonlyMap<number, number> {
    return this.#versions.get(rule) ?? new Map();
  }

  listedUnder(device: number): readonly Decision[] {
    return this.#indexed().byDevice.get(device) ?? [];
  }

  about(act: string, subject: string): readonly Decision[] {
    return (this.#indexed().bySubject.get(subject) ?? []).filter((one) => one.act === act);
  }

  /** Of what was done for it, by any act. */
  aboutSubject(subject: string): readonly Decision[] {
    return this.#indexed().bySubject.get(subject) ?? [];
  }

  /** Of what was done of the act for anybody before a decision, the last but so many. */
  doneBefore(act: string, { place }: Decision, but: number): Decision | undefined {
    const done = this.#indexed().doneBy.get(act) ?? [];
    return done[done.findLastIndex((one) => one.place < place) - but];
  }

  /** Made when somebody asks, since then all is known; each list in the order of the places. */
  #indexed(): Index {
    if (this.#index !== null) return this.#index;
    const sorted = [...this.#decisions].sort((a, b) => a.place - b.place);
    const allDone = sorted.filter(({ done }) => done);
    this.#index = {
      byDevice: Map.groupBy(sorted, ({ device }) => device),
      bySubject: Map.groupBy(sorted, ({ subject }) => subject),
      doneBy: Map.groupBy(allDone, ({ act }) => act),
      doneByKey: Map.groupBy(allDone, ({ key }) => key),
    };
    return this.#index;
  }
}

interface Index {
  byDevice: ReadonlyMap<number, Decision[]>;
  bySubject: ReadonlyMap<string, Decision[]>;
  doneBy: ReadonlyMap<string, Decision[]>;
  doneByKey: ReadonlyMap<string, Decision[]>;
}

function decisionOf(device: number, fields: Fields): Decision {
  const { act, rule, subject, why, by, key } = fields;
  return {
    ...{ device, place: Number(fields.place), act: String(act), rule: String(rule) },
    ...{ version: Number(fields.version), subject: String(subject), at: Number(fields.at) },
    ...{ decided: Number(fields.decided), done: Boolean(fields.done), why: String(why) },
    ...{ by: String(by), values: valuesIn(String(fields.values)), key: String(key) },
  };
}

function valuesIn(text: string): Decision['values'] {
  try {
    return JSON.parse(text) as Decision['values'];
  } catch {
    return null;
  }
}
