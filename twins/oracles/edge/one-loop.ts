/**
 * What one gateway should have made of what it heard: for each child, what its last reading demands
 * of the actuator, by the settings that are in force then, and within which time. Nothing is taken
 * from the gateway but what it heard and what it did.
 */

/** Times in microseconds. */
export interface LoopRules {
  isHeating: boolean;
  reactionUs: number;
  staleUs: number;
  /** Its settings outlive a loss of power. */
  keeps: boolean;
  factory: LoopSettings;
}

export interface LoopSettings {
  setpoint: number;
  hysteresis: number;
}

export interface Reading {
  child: number;
  n: number;
  value: number;
  /** Null where the child does not say. */
  isOn: boolean | null;
  /** When it was measured. */
  at: number;
  /** A fault lets the child say again what it said before. */
  mayRepeat: boolean;
}

/** What a gateway was about when it should have done something. */
interface Around {
  t: number;
  child: number;
  reading: Reading | null;
  /** It was to be, or was made. */
  isOn: boolean;
  settings: LoopSettings;
  isOffline: boolean;
}

export type LoopMistake = Around & {
  mistake: /** A reading demanded it, and nothing was done in time. */
    | 'not-switched'
    /** It switched, and nothing demanded it. */
    | 'for-nothing'
    /** It was said to be done, and the child says otherwise. */
    | 'not-obeyed'
    /** It was to be done, and the child, which was up, did not do it. */
    | 'refused';
};

/** It is set otherwise than it was told, or than it last knew. */
export interface OtherSettings {
  t: number;
  is: LoopSettings | null;
  due: LoopSettings;
}

export interface LoopStory {
  readings: number;
  /** Done in time, of these without an uplink, and of these before it had one after a boot. */
  kept: number;
  keptOffline: number;
  keptSinceBoot: number;
  /** Still due when nobody looked any more. */
  open: number;
  /** A child says otherwise than it was made, and may well: by a fault, or by a rule of its own. */
  unsure: number;
  /** A child was down when it was to be switched. */
  missed: number;
  mistakes: readonly LoopMistake[];
  otherSettings: readonly OtherSettings[];
}

interface Switched {
  t: number;
  child: number;
  isOn: boolean;
  done: boolean;
  isDown: boolean;
}

interface Order {
  at: number;
  isOn: boolean;
}

/** What the ledger knows of one child. */
class Child {
  reading: Reading | null = null;
  order: Order | null = null;
  due: Around | null = null;
  /** Nothing more is to be seen of the last order: it was, or others may have meddled since. */
  isSeen = false;
}

export class OneLoop {
  readonly #rules: LoopRules;
  #settings: LoopSettings;
  #next = 0;
  readonly #children = new Map<number, Child>();
  #isUp = false;
  #isNewborn = false;
  readonly #counts = {
    readings: 0,
    kept: 0,
    keptOffline: 0,
    keptSinceBoot: 0,
    unsure: 0,
    missed: 0,
  };
  readonly #mistakes: LoopMistake[] = [];
  readonly #otherSettings: OtherSettings[] = [];
  /** Set by nobody that is known yet. */
  #claim: { t: number; before: LoopSettings } | null = null;

  constructor(rules: LoopRules) {
    this.#rules = rules;
    this.#settings = rules.factory;
  }

  uplink(isUp: boolean): void {
    this.#isUp = isUp;
    if (isUp) this.#isNewborn = false;
  }

  /** What it held in RAM is gone, and nothing is demanded of it. */
  fell(t: number): void {
    this.#lookAll(t);
    this.#children.clear();
  }

  booted(t: number): void {
    this.fell(t);
    this.#isNewborn = true;
    if (this.#rules.keeps) return;
    this.#settings = this.#rules.factory;
    this.#next = 0;
  }

  childFell(child: number): void {
    const known = this.#children.get(child);
    if (known !== undefined) known.isSeen = true;
  }

  /** A message came from afar; null where nothing in it can be taken over. */
  told(t: number, n: number, settings: Partial<LoopSettings> | null): void {
    if (n < this.#next) return;
    this.#next = n + 1;
    if (settings === null) return;
    this.#lookAll(t);
    this.#settings = { ...this.#settings, ...settings };
    for (const child of this.#children.values()) this.#demand(t, child);
  }

  /**
   * A setting was made of it, as it says: somebody else must say so too, within a moment. What the
   * twin of a device holds is judged by others.
   */
  wasSet(t: number, is: LoopSettings | null): void {
    if (is === null) return this.isSet(t, is);
    this.#lookAll(t);
    this.#claim ??= { t, before: this.#settings };
    this.#settings = is;
    for (const child of this.#children.values()) this.#demand(t, child);
  }

  /** The device's twin says how it is set. */
  holds(t: number, holds: Partial<LoopSettings>): void {
    const due = { ...this.#settings, ...holds };
    const claim = this.#claim;
    this.#claim = null;
    if (claim === null || areAlike(due, this.#settings)) return;
    this.#otherSettings.push({ t, is: this.#settings, due });
  }

  /** It says how it is set. */
  isSet(t: number, is: LoopSettings | null): void {
    if (is !== null && areAlike(is, this.#settings)) return;
    this.#otherSettings.push({ t, is, due: this.#settings });
  }

  read(t: number, reading: Reading): void {
    const child = this.#childOf(reading.child);
    this.#look(t, child);
    this.#counts.readings++;
    this.#seeObeyed(t, child, reading);
    child.reading = reading;
    this.#demand(t, child);
  }

  /** `isDown`: the child cannot obey anybody. */
  switched({ t, child: at, isOn, done, isDown }: Switched, by: LoopSettings | null): void {
    const child = this.#childOf(at);
    this.#look(t, child);
    const { reading } = child;
    if (by === null || !areAlike(by, this.#settings)) this.isSet(t, by);
    const demanded = child.due?.isOn === isOn || this.#wanted(t, child, false) === isOn;
    const around = { t, child: at, reading, isOn, settings: this.#settings };
    const isOffline = !this.#isUp;
    if (!demanded) this.#mistakes.push({ mistake: 'for-nothing', ...around, isOffline });
    else if (!done && isDown) this.#counts.missed++;
    else if (!done) this.#mistakes.push({ mistake: 'refused', ...around, isOffline });
    else {
      this.#counts.kept++;
      if (isOffline) this.#counts.keptOffline++;
      if (this.#isNewborn && isOffline) this.#counts.keptSinceBoot++;
    }
    child.due = null;
    if (!done) return;
    child.order = { at: t, isOn };
    child.isSeen = false;
  }

  story(until: number): LoopStory {
    this.#lookAll(until);
    const claim = this.#claim;
    if (claim !== null) {
      const { t, before } = claim;
      this.#otherSettings.push({ t, is: this.#settings, due: before });
      this.#claim = null;
    }
    const open = [...this.#children.values()].filter(({ due }) => due !== null).length;
    return {
      ...this.#counts,
      open,
      mistakes: this.#mistakes,
      otherSettings: this.#otherSettings,
    };
  }

  #childOf(child: number): Child {
    let known = this.#children.get(child);
    if (known === undefined) {
      known = new Child();
      this.#children.set(child, known);
    }
    return known;
  }

  /**
   * What an order brought about is to be seen in whatever the child measures later. One that is
   * left off may have a rule of its own by which it goes on, as a guard against the cold.
   */
  #seeObeyed(t: number, child: Child, reading: Reading): void {
    const { order, isSeen } = child;
    if (order === null || reading.at <= order.at || reading.isOn === null) return;
    if (!reading.mayRepeat) child.isSeen = true;
    if (isSeen || reading.isOn === order.isOn) return;
    const { isOn } = order;
    if (reading.mayRepeat || !isOn) return void this.#counts.unsure++;
    const around = { t, child: reading.child, reading, isOn, settings: this.#settings };
    this.#mistakes.push({ mistake: 'not-obeyed', ...around, isOffline: !this.#isUp });
  }

  /** What is due of it from now on; what was due and is demanded still keeps its time. */
  #demand(t: number, child: Child): void {
    const wanted = this.#wanted(t, child, true);
    if (wanted === null) child.due = null;
    else if (child.due?.isOn !== wanted) {
      const { reading } = child;
      child.due = {
        t,
        child: reading?.child ?? -1,
        reading,
        isOn: wanted,
        settings: this.#settings,
        isOffline: !this.#isUp,
      };
    }
  }

  /**
   * What its last reading demands, null where nothing. On the edge of a band, of a moment or of an
   * age nobody can be held to one side: `must` says what is demanded for certain, else what may be.
   */
  #wanted(t: number, { reading, order }: Child, must: boolean): boolean | null {
    const side = must ? 1 : -1;
    if (reading === null || t - reading.at > this.#rules.staleUs - side * GREY_US) return null;
    const away = reading.value - this.#settings.setpoint;
    if (Math.abs(away) < this.#settings.hysteresis / 2 + side * EPSILON) return null;
    const wanted = away < 0 === this.#rules.isHeating;
    const known = believed(reading, order).map((isOn) => isOn !== wanted);
    return (must ? known.every(Boolean) : known.some(Boolean)) ? wanted : null;
  }

  #lookAll(t: number): void {
    for (const child of this.#children.values()) this.#look(t, child);
  }

  #look(t: number, child: Child): void {
    const { due } = child;
    if (due === null || t - due.t <= this.#rules.reactionUs) return;
    this.#mistakes.push({ mistake: 'not-switched', ...due });
    child.due = null;
  }
}

/** Rounding of sums, and of moments that are written down a little later. */
const EPSILON = 1e-9;
const GREY_US = 20_000;

/** Whether it is on as the gateway may know it: by what it did last, or by what the child says. */
function believed({ at, isOn }: Reading, order: Order | null): (boolean | null)[] {
  if (order === null) return [isOn];
  if (isOn === null || at < order.at - GREY_US) return [order.isOn];
  return at > order.at + GREY_US ? [isOn] : [order.isOn, isOn];
}

const areAlike = (a: LoopSettings, b: LoopSettings): boolean =>
  a.setpoint === b.setpoint && a.hysteresis === b.hysteresis;
