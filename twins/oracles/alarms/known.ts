/** What the ledger says of alarms, when all of it is known: by device, by instance, by wish. */
import type { LedgerEntry } from '#kernel';

/** A row of the history that the target keeps of an alarm; times are the target's, milliseconds. */
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

/** What the operator asked under one token, once or more often. */
export interface Wish {
  token: string;
  what: string;
  number: number;
  forMs: number;
  /** By the run, microseconds: when it was asked first. */
  askedAt: number;
  /** What was answered at last; 0 where nobody knows. */
  status: number;
}

export interface Told {
  instance: number;
  /** As the target lists it; null where it does not. */
  listed: { rule: string; subject: string; state: string; number: number; until: number } | null;
  rows: Row[];
  chatter: { from: number; to: number }[];
  wishes: Map<string, Wish>;
  /** Places of what the operator was told of. */
  heard: { t: number; place: number }[];
}

/** An alarm as the rules of the target have it. */
export interface Cause {
  rule: string;
  subject: string;
  since: number;
  at: number;
  raised: number;
  /** By the device; 0 while it stands. */
  cleared: number;
}

export interface KnownDevice {
  /** By the run, milliseconds: when all its alarms had been read; null where they were not. */
  readAt: number | null;
  /** The same of what rules raised. */
  causesAt: number | null;
  causes: Cause[];
  instances: Map<number, Told>;
}

type Fields = Readonly<Record<string, number | string>>;

export class Known {
  readonly #devices = new Map<number, KnownDevice>();

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const said = entry as unknown as Fields;
    const known = this.of(device);
    const told = (): Told => toldOf(known, Number(said.instance));
    switch (entry.op as string) {
      case 'alarms/asked':
        asked(told(), said, t);
        break;
      case 'alarms/answered':
        answered(told(), said);
        break;
      case 'alarms/heard':
        told().heard.push({ t, place: Number(said.place) });
        break;
      case 'alarms/instance':
        told().listed = {
          ...{ rule: String(said.rule), subject: String(said.subject), state: String(said.state) },
          ...{ number: Number(said.number), until: Number(said.until) },
        };
        break;
      case 'alarms/event':
        told().rows.push(rowOf(said));
        break;
      case 'alarms/chatter':
        told().chatter.push({ from: Number(said.from), to: Number(said.to) });
        break;
      case 'alarms/whole':
        known.readAt = t / 1000;
        break;
      case 'rules/heard':
        known.causesAt = t / 1000;
        break;
      case 'rules/alarm':
        known.causes.push(causeOf(said));
        break;
    }
  }

  of(device: number): KnownDevice {
    const known = this.#devices.get(device) ?? {
      ...{ readAt: null, causesAt: null, causes: [], instances: new Map() },
    };
    this.#devices.set(device, known);
    return known;
  }
}

function toldOf({ instances }: KnownDevice, instance: number): Told {
  const known = instances.get(instance) ?? {
    ...{ instance, listed: null, rows: [], chatter: [], wishes: new Map(), heard: [] },
  };
  instances.set(instance, known);
  return known;
}

function asked({ wishes }: Told, said: Fields, t: number): void {
  const token = String(said.token);
  if (wishes.has(token)) return;
  const what = { what: String(said.what), number: Number(said.number), forMs: Number(said.forMs) };
  wishes.set(token, { token, ...what, askedAt: t, status: 0 });
}

function answered({ wishes }: Told, said: Fields): void {
  const wish = wishes.get(String(said.token));
  if (wish !== undefined) wish.status = Number(said.status);
}

function rowOf(said: Fields): Row {
  const whole = (name: string): number => Number(said[name]);
  return {
    ...{ place: whole('place'), number: whole('number'), at: whole('at'), about: whole('about') },
    ...{ until: whole('until'), since: whole('since'), moment: whole('moment') },
    ...{ event: String(said.event), by: String(said.by), token: String(said.token) },
    what: String(said.what),
  };
}

const causeOf = (said: Fields): Cause => ({
  ...{ rule: String(said.rule), subject: String(said.subject), since: Number(said.since) },
  ...{ at: Number(said.at), raised: Number(said.raised), cleared: Number(said.cleared) },
});
