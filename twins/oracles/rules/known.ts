/** What the ledger says of devices under rules, when all of it is known. */
import { addTo, isMoreOf, type LedgerEntry, READING_AHEAD_MS, readingIn } from '#kernel';
import type { Alarm } from './alarms.ts';
import type { Reading } from './terms.ts';

export interface AlarmTold extends Alarm {
  /** By the clock of the target. */
  raised: number;
  /** When it said that it is over, by the run; left out where nobody knows. */
  clearTold?: number;
}

/** An alarm as it is listed, with the name of the rule that it says to be of. */
export interface Spare extends AlarmTold {
  rule: string;
  subject: string;
}

interface Device {
  isWhole: boolean;
  heard: { late: number; ahead: number } | null;
  /** By the run, milliseconds: when the target was asked about it. */
  askedAt: number;
  readings: Reading[];
  listed: Spare[];
}

export type Fields = Readonly<Record<string, number | string>>;

export interface InTurn {
  readings: Reading[];
  late: number;
  ahead: number;
}

export class Known {
  readonly #isAbout: (device: number) => boolean;
  readonly #devices = new Map<number, Device>();
  /** By rule and subject. */
  readonly #told = new Map<string, AlarmTold[]>();
  readonly #missed = new Map<string, number>();
  #firstAskedAt = Number.POSITIVE_INFINITY;

  constructor(isAbout: (device: number) => boolean) {
    this.#isAbout = isAbout;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    if (!this.#isAbout(device)) return;
    const fields = entry as unknown as Fields;
    const known = this.#of(device);
    const key = `${fields.rule} ${fields.subject}`;
    switch (entry.op as string) {
      case 'rules/whole':
        known.isWhole = true;
        break;
      case 'rules/heard':
        known.heard = { late: Number(fields.late), ahead: Number(fields.ahead) };
        known.askedAt = t / 1000;
        this.#firstAskedAt = Math.min(this.#firstAskedAt, known.askedAt);
        break;
      case 'rules/missed':
        this.#missed.set(key, Number(fields.missed));
        break;
      case 'rules/input':
        addReading(known.readings, readingOf(device, fields));
        break;
      case 'rules/alarm':
        this.#alarm(known, key, fields);
        break;
    }
  }

  #alarm({ listed }: Device, key: string, fields: Fields): void {
    const alarm = toldOf(fields);
    listed.push({ rule: String(fields.rule), subject: String(fields.subject), ...alarm });
    addTo(this.#told, key, alarm);
  }

  isWhole(device: number): boolean {
    return this.#devices.get(device)?.isWhole === true;
  }

  heard(device: number): Device['heard'] {
    return this.#devices.get(device)?.heard ?? null;
  }

  /** The earliest of when the target was asked about them. */
  askedAt(devices: readonly number[]): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const device of devices) earliest = Math.min(earliest, this.#askedOf(device));
    return earliest;
  }

  /**
   * Of whom readings came, and who is not on a list that was read to its end, the target says that
   * there is nothing; it was asked no sooner than about the first of all.
   */
  #askedOf(device: number): number {
    const { askedAt, isWhole, readings } = this.#of(device);
    const isLeftOff = isWhole && readings.length > 0 && !Number.isFinite(askedAt);
    return isLeftOff ? this.#firstAskedAt : askedAt;
  }

  /** All that is listed under it, whosever it is. */
  listed(device: number): readonly Spare[] {
    return this.#devices.get(device)?.listed ?? [];
  }

  told(rule: string, subject: string): AlarmTold[] {
    return this.#told.get(`${rule} ${subject}`) ?? [];
  }

  missed(rule: string, subject: string): number {
    return this.#missed.get(`${rule} ${subject}`) ?? 0;
  }

  /** As they came, without those that say they are of a time to come. */
  readings(device: number): Reading[] {
    return (this.#devices.get(device)?.readings ?? [])
      .filter(({ at, received }) => at <= received + READING_AHEAD_MS)
      .sort((a, b) => a.received - b.received || a.at - b.at);
  }

  numbers(device: number): number[] {
    return (this.#devices.get(device)?.readings ?? []).map(({ n }) => n);
  }

  /** Those of them that came after `from`, without those that came after a later one. */
  inTurn(device: number, from: number): InTurn {
    const came = this.readings(device).filter(({ received }) => received > from);
    const readings = notLate(came);
    const late = came.length - readings.length;
    const all = (this.#devices.get(device)?.readings ?? []).filter((one) => one.received > from);
    const ahead = all.filter(({ at, received }) => at > received + READING_AHEAD_MS).length;
    return { readings, late, ahead };
  }

  #of(device: number): Device {
    const known = this.#devices.get(device) ?? {
      ...{
        isWhole: false,
        heard: null,
        askedAt: Number.POSITIVE_INFINITY,
        readings: [],
        listed: [],
      },
    };
    this.#devices.set(device, known);
    return known;
  }
}

/** Of readings as they came, those that did not come after a later one. */
export function notLate(came: readonly Reading[]): Reading[] {
  let last = -1;
  return came.filter(({ at }) => {
    if (at <= last) return false;
    last = at;
    return true;
  });
}

export function readingOf(device: number, { n, at, received, values }: Fields): Reading {
  const times = { n: Number(n), at: Number(at), received: Number(received) };
  const said = readingIn(String(values));
  return said === null
    ? { device, ...times, values: {}, isUnread: true }
    : { device, ...times, values: said };
}

/** What one entry has no room for follows in the next. */
export function addReading(readings: Reading[], reading: Reading): void {
  const last = readings.at(-1);
  const { n, at, received, values, isUnread } = reading;
  const isSame = last?.n === n && last.at === at && last.received === received;
  if (!isSame || isUnread || last.isUnread || !isMoreOf(last.values, values)) {
    readings.push(reading);
  } else last.values = { ...last.values, ...values };
}

function toldOf({ since, at, raised, cleared }: Fields): AlarmTold {
  const over = Number(cleared);
  return {
    ...{ since: Number(since), at: Number(at), raised: Number(raised) },
    cleared: over === 0 ? null : over,
  };
}
