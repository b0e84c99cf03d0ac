/**
 * The alarms of one rule over one device or place, told from all of its moments. Where nobody can
 * say what a moment says, since two ways of adding up numbers may differ in it, the rule may be in
 * one of several states, and all of them are carried along. What a target tells is then held
 * against that course among them that it is nearest to: what is amiss there is amiss in all.
 */

/** A reading, a window or a silence, and what is said of it. */
export interface Moment {
  at: number;
  /** Since when it has been so, where that is another time. */
  since?: number;
  /** By the target's clock: when it counted. */
  time: number;
  when: boolean;
  clear: boolean;
  /** What nobody can say, since two ways of adding up numbers may differ in it. */
  unclear?: ('when' | 'clear')[];
}

/** By the moments, in milliseconds: since when, by when it was due, and when it was over. */
export interface Alarm {
  since: number;
  at: number;
  cleared: number | null;
}

export interface DueAlarm extends Alarm {
  /** By the target's clock: when it was due, and when it was over. */
  due: number;
  overAt: number | null;
  /** There are other courses, in which it is otherwise, or is not there. */
  isUnsure?: true;
}

/** What a rule asks for, from a time of the target's clock on. */
export interface Asked {
  from: number;
  forMs: number;
  clearForMs: number;
}

/** What a target tells of it: how it took what nobody can say. */
export interface Heard {
  told: readonly Alarm[];
  /** By its clock: what was due then it may not have come to yet. */
  isOpen(time: number): boolean;
}

export interface Told {
  /** Of the course that is nearest to what was told. */
  alarms: DueAlarm[];
  /** Since when there are others, in other courses alone; one for each time that some part. */
  disputed: number[];
  /** There are more states than anybody carries along. */
  isUnclear: boolean;
}

/** One of the states in which a rule may be, and how it came there. */
interface State {
  /** Those that have it alike go on alike. */
  key: string;
  /** The place of the moment since which it has been so, where no alarm stands. */
  start: number | null;
  /** The last of its course, where that stands. */
  stands: Raised | null;
  /** The place of the moment since which that is over. */
  over: number | null;
  course: Raised | null;
  /** So much of it is otherwise than it was told. */
  amiss: number;
}

/** An alarm of a course, and those before it. */
interface Raised {
  before: Raised | null;
  alarm: DueAlarm;
  place: number;
  clearPlace: number | null;
  /** Which of those told it is, and whether that was raised so; null for none. */
  told: { alarm: Alarm; isSo: boolean } | null;
}

const NOTHING: Heard = { told: [], isOpen: () => false };
const IDLE: State = { key: 'waits', start: null, stands: null, over: null, course: null, amiss: 0 };
/** Beyond that its values stand still at a bound, and there is nothing to be told. */
const STATES_MOST = 256;
/** Of courses in which as much is amiss, that which has more of what was told is the nearer. */
const NEARER = 1e-6;

/** `versions` first to last; before the first nothing is asked for. */
export function alarmsTold(
  moments: readonly Moment[],
  versions: readonly Asked[],
  heard: Heard = NOTHING,
): Told {
  const courses = new Courses(heard);
  let before = -1;
  for (const moment of moments) {
    const version = versions.findLastIndex(({ from }) => from < moment.time);
    const asked = versions[version];
    if (asked === undefined) continue;
    if (!courses.step(moment, asked, version !== before)) {
      return { alarms: [], disputed: [], isUnclear: true };
    }
    before = version;
  }
  return courses.end();
}

class Courses {
  readonly #heard: Heard;
  /** By its beginning, the first that was told. */
  readonly #told = new Map<number, Alarm>();
  readonly #moments: Moment[] = [];
  #states: State[] = [IDLE];
  /** Beginnings of all that some course has, with how often all had met before. */
  readonly #begun = new Map<number, number>();
  /** How often all courses have met: what is open before and after that is so by itself. */
  #met = 0;
  /** Places at which all courses raise the same, and at which all clear it. */
  readonly #sure = new Set<number>();
  /** In all of them the same alarm stands. */
  #isOne = false;

  constructor(heard: Heard) {
    this.#heard = heard;
    for (const alarm of heard.told) {
      if (!this.#told.has(alarm.since)) this.#told.set(alarm.since, alarm);
    }
  }

  /** False where there are too many states. */
  step(moment: Moment, asked: Asked, isNew: boolean): boolean {
    this.#moments.push(moment);
    const next = new Map<string, State>();
    const did = new Set<string>();
    for (const state of this.#states) {
      // What was so by another condition says nothing about this one.
      const own = isNew ? { ...state, start: null, over: null } : state;
      for (const after of this.#goOn(own, moment, asked)) {
        did.add(this.#didOf(own, after));
        const known = next.get(after.key);
        if (known === undefined || after.amiss < known.amiss) next.set(after.key, after);
      }
    }
    this.#states = [...next.values()];
    this.#note(did);
    const [first, ...others] = this.#states;
    if (others.length === 0 && (first?.stands == null || this.#isOne)) this.#met++;
    return this.#states.length <= STATES_MOST;
  }

  end(): Told {
    const ends = this.#states.map((state) => {
      const told = state.stands?.told;
      return told?.isSo === true && told.alarm.cleared !== null ? state.amiss + 1 : state.amiss;
    });
    const best = this.#states[ends.indexOf(Math.min(...ends))];
    const alarms: DueAlarm[] = [];
    const known = new Set<number>();
    for (let one = best?.course ?? null; one !== null; one = one.before) {
      const { alarm, place, clearPlace } = one;
      const isEndSure = clearPlace === null ? this.#isOne : this.#sure.has(clearPlace);
      const isSure = this.#sure.has(place) && isEndSure;
      alarms.push(isSure ? alarm : { ...alarm, isUnsure: true });
      if (!isSure) known.add(this.#begun.get(alarm.since) ?? -1);
      this.#begun.delete(alarm.since);
    }
    return { alarms: alarms.reverse(), disputed: this.#disputed(known), isUnclear: false };
  }

  /** Whether it raised or cleared something, and what. */
  #didOf({ stands: before }: State, { stands: after }: State): string {
    if ((before === null) === (after === null)) return '';
    return after === null ? 'clears' : `raises ${after.alarm.since}`;
  }

  /** `did`: all that some course did at the moment. */
  #note(did: ReadonlySet<string>): void {
    const [first = ''] = did;
    if (did.size === 1 && first === '') return;
    const isSame = did.size === 1 && (first !== 'clears' || this.#isOne);
    if (isSame) this.#sure.add(this.#moments.length - 1);
    // Where only some clear it, or raise one, they are apart from here on.
    this.#isOne = isSame && first !== 'clears';
  }

  /** One for each time that something was open of which the nearest course has nothing. */
  #disputed(known: ReadonlySet<number>): number[] {
    const disputed = new Map<number, number>();
    for (const [since, met] of this.#begun) {
      if (!known.has(met) && !disputed.has(met)) disputed.set(met, since);
    }
    return [...disputed.values()];
  }

  #goOn(state: State, moment: Moment, asked: Asked): State[] {
    const which = state.stands === null ? 'when' : 'clear';
    const says = moment[which];
    const all = moment.unclear?.includes(which) === true ? [says, !says] : [says];
    return all.map((isSo) =>
      state.stands === null
        ? this.#wait(state, moment, isSo, asked)
        : this.#stand(state, state.stands, isSo, asked),
    );
  }

  #wait(state: State, moment: Moment, isSo: boolean, { forMs }: Asked): State {
    const { course, amiss } = state;
    if (!isSo) return { ...IDLE, course, amiss };
    const place = this.#moments.length - 1;
    const start = state.start ?? place;
    const first = this.#moments[start] as Moment;
    // Only what makes it due may have begun before its moment.
    const since = first.since ?? first.at;
    if (moment.at - since < forMs) return { ...state, key: `since ${start}`, start };
    const { at, time } = moment;
    const said = this.#told.get(since);
    const told = said === undefined ? null : { alarm: said, isSo: said.at === at };
    const alarm = { since, at, cleared: null, due: time, overAt: null };
    const stands = { before: course, alarm, place, clearPlace: null, told };
    this.#begun.set(since, this.#met);
    // One that was told and is nowhere is amiss as well.
    const by = told === null ? (this.#heard.isOpen(time) ? 0 : 1) : (told.isSo ? -1 : 0) - NEARER;
    return standing({ ...IDLE, stands, course: stands, amiss: amiss + by });
  }

  #stand(state: State, stands: Raised, isSo: boolean, { clearForMs }: Asked): State {
    if (!isSo) return standing({ ...state, over: null });
    const place = this.#moments.length - 1;
    const over = state.over ?? place;
    const { at, time } = this.#moments[place] as Moment;
    if (at - (this.#moments[over] as Moment).at < clearForMs) return standing({ ...state, over });
    const { told, alarm } = stands;
    const course = { ...stands, alarm: { ...alarm, cleared: at, overAt: time }, clearPlace: place };
    return { ...IDLE, course, amiss: state.amiss + this.#endAmiss(told, at, time) };
  }

  #endAmiss(told: Raised['told'], at: number, time: number): 0 | 1 {
    // What is amiss already is told of once.
    if (told?.isSo !== true || told.alarm.cleared === at) return 0;
    return told.alarm.cleared === null && this.#heard.isOpen(time) ? 0 : 1;
  }
}

/** Of alarms that were not told, or otherwise, no more is to be known. */
function standing(state: State): State {
  const told = state.stands?.told;
  const whose = told?.isSo === true ? told.alarm.since : 'none';
  return { ...state, key: `stands ${whose} ${state.over}` };
}
