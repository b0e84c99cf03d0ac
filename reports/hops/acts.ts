/**
 * What followed from an alarm by itself: the decision and why, the command that went down, what it
 * did in its device, and the answer as the target has it; or the twin that was changed; or who was
 * told of it, and what he answered. A command or a call bears the key of its decision, and that is
 * all that ties them. Of a command that the target tells no sending of that is said.
 */
import {
  type ACT_OPS,
  type ACT_TRUTHS,
  type ActPlan,
  actsOf,
  aimsOf,
  type LedgerEntry,
  type Plan,
  type RULE_OPS,
  readingIn,
} from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Ref } from '../tracing/ids.ts';
import type { Thing } from '../tracing/trace-book.ts';
import { ActClock } from './acts/clock.ts';
import {
  type Alarm,
  alarmRef,
  alarmTitle,
  sayValues,
  subjectRef,
  thoseIn,
} from './rules/alarms.ts';

/** Milliseconds, as the ledger has them. */
interface Decided {
  act: string;
  rule: string;
  subject: string;
  at: number;
  decided: number;
  done: boolean;
  why: string;
  by: string;
  values: string;
  key: string;
}

/** Of a command: sent, heard, done or answered. */
interface Told {
  n: number;
  key: string;
  sent: number;
  answered: number;
  again: boolean;
  done: boolean;
  name: string;
  value: string;
}

/** Somebody outside was told, and what he answered. */
interface Called {
  by: string;
  key: string;
  status: number;
}

interface Held {
  version: number;
  settings: string;
}

const DECISION = 'decision';
/** By the target, and set right by the clock by which it decides. */
const BY_TARGET = { who: 'target', isToldByTarget: true, isSetRight: true } as const;

export default defineHops({
  kind: 'acts',
  summary: 'what followed from an alarm: the decision, the command or call and what it did',
  ops: [
    ...(['acts/decided', 'acts/sent', 'acts/outcome'] satisfies (keyof typeof ACT_OPS)[]),
    ...(['acts/asked', 'acts/answered', 'acts/began'] satisfies (keyof typeof ACT_OPS)[]),
    ...(['acts/told', 'acts/took', 'acts/called'] satisfies (keyof typeof ACT_OPS)[]),
    'acts/whole' satisfies keyof typeof ACT_OPS,
    ...(['acts/heard', 'acts/effect'] satisfies (keyof typeof ACT_TRUTHS)[]),
    'rules/alarm' satisfies keyof typeof RULE_OPS,
    'twin/holds',
  ],
  names: { [DECISION]: 'decision:ACT@DEVICE@MS' },
  rare: [DECISION],
  start: (context) => new Decisions(context),
  asks: [],
  look: ({ plan }, sights) => ({
    ops: ['acts/decided'],
    step: (entry) => {
      const told = entry as unknown as Decided;
      if (!told.done) return;
      // The first stand out, and those of all acts together: what follows is more of the same.
      const sight = { why: 'done by itself', at: told.decided * 1000, tookUs: null };
      sights.note(sight.why, -told.decided, decisionRef(plan, entry.device, told), sight);
    },
    end: () => {},
  }),
  beside: (ref, plan) => {
    if (ref.word !== DECISION) return [];
    return thoseIn(plan, actsOf(plan).find(({ name }) => name === ref.name)?.rule, ref);
  },
  about: ({ message, witness }, plan) => {
    const [moment, done] = witness;
    const act = /^(\S+): (?:done|held)/.exec(done?.what ?? '')?.[1];
    if (moment !== undefined && act !== undefined) {
      const device = plan.devices.findIndex(({ id }) => id === moment.who);
      return decisionRef(plan, device, { act, subject: moment.who, at: moment.t });
    }
    const missed = /^(\S+) decides nothing of the alarm that is raised .* (\d+) ms over (\S+)$/;
    const [, name, at, subject] = missed.exec(message) ?? [];
    const rule = actsOf(plan).find((one) => one.name === name)?.rule;
    if (rule === undefined || subject === undefined) return null;
    return subjectRef(plan, rule, subject, Number(at));
  },
});

/** `device`: under which its alarm is listed. */
function decisionRef(
  { devices }: Plan,
  device: number,
  { act, subject, at }: Pick<Decided, 'act' | 'subject' | 'at'>,
): Ref {
  const place = devices[device]?.id === subject ? {} : { place: subject };
  return { word: DECISION, name: act, device, key: String(at), ...place };
}

class Decisions implements HopsFold {
  readonly #context: HopsContext;
  readonly #stream: number | undefined;
  readonly #decided: { device: number; told: Decided }[] = [];
  readonly #alarms: { device: number; alarm: Alarm }[] = [];
  /** By key; of a command that nobody decided there is none. */
  readonly #things = new Map<string, Thing>();
  readonly #commands: { op: string; device: number; t: number; told: Told }[] = [];
  readonly #clock = new ActClock();
  readonly #calls: { t: number; told: Called }[] = [];
  /** Keys of which something is told that was sent. */
  readonly #sent = new Set<string>();
  /** By device, when all was read that the target has of it. */
  readonly #whole = new Map<number, number>();
  readonly #holds = new Map<number, { t: number; held: Held }[]>();

  constructor(context: HopsContext) {
    this.#context = context;
    this.#stream = context.plan.streams.find(({ name }) => name === 'act')?.code;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    this.#clock.step(entry);
    if (op === 'acts/called') this.#calls.push({ t, told: entry as unknown as Called });
    if (op === 'acts/sent') this.#sent.add((entry as unknown as Told).key);
    if (device < 0) return;
    switch (op) {
      case 'acts/called':
        break;
      case 'acts/whole':
        this.#whole.set(device, t);
        break;
      case 'acts/decided':
        this.#decided.push({ device, told: entry as unknown as Decided });
        break;
      case 'rules/alarm':
        this.#alarms.push({ device, alarm: entry as unknown as Alarm });
        break;
      case 'twin/holds': {
        const held = { t, held: entry as unknown as Held };
        this.#holds.set(device, [...(this.#holds.get(device) ?? []), held]);
        break;
      }
      default:
        this.#commands.push({ op, device, t, told: entry as unknown as Told });
    }
  }

  /** What was decided is read back at the end, after what it did. */
  end(): void {
    for (const { device, told } of this.#decided) this.#decide(device, told);
    for (const { op, device, t, told } of this.#commands) this.#command(op, device, t, told);
    this.#called();
    for (const { device, told } of this.#decided) this.#unsent(device, told);
  }

  /** Each call by its key; whoever did not take it is called again. */
  #called(): void {
    const taken = new Set<string>();
    for (const { t, told } of this.#calls) {
      const { by, key, status } = told;
      const thing = this.#things.get(key);
      const isTaken = status >= 200 && status < 300;
      const again = taken.has(key) ? ' again, though he had taken it' : '';
      if (isTaken) taken.add(key);
      const what = `is told of it${again}, and answers ${status}`;
      const as = isTaken ? 'told' : 'refused';
      thing?.hop({ t, where: 'operator', who: `the webhook of ${by}`, as, what });
    }
  }

  /** A command, of which all was read that the target has. */
  #unsent(device: number, { act, done, key }: Decided): void {
    const { does } = actsOf(this.#context.plan).find(({ name }) => name === act) ?? {};
    const t = this.#whole.get(device);
    if (!done || does === undefined || !('command' in does)) return;
    if (t === undefined || this.#sent.has(key)) return;
    const what = 'tells of nothing that it sent for it';
    const hop = { t, where: 'action', who: 'target', as: 'never sent', what } as const;
    this.#things.get(key)?.hop({ ...hop, isFound: true });
  }

  #decide(device: number, told: Decided): void {
    const { plan, book } = this.#context;
    const { act, rule, subject, at, decided, done, why, by, key } = told;
    const own = actsOf(plan).find(({ name }) => name === act);
    const thing = book.thing(decisionRef(plan, device, told), `decision of ${act} for ${subject}`);
    this.#things.set(key, thing);
    thing.says = sayValues(readingIn(told.values) ?? {});
    const held = `holds it back: ${why}${by === '' ? '' : ` with ${by}`}`;
    const what = done ? `decides to ${doingOf(own)}` : held;
    const t = this.#clock.runTime(decided);
    thing.hop({ t, ...BY_TARGET, where: 'action', as: done ? 'decided' : 'held', what });
    const moment = own?.on === 'cleared' ? this.#clearedAt(device, told) : at;
    if (moment !== null) {
      const alarm = { rule, subject, at: moment };
      book.led(book.thing(alarmRef(plan, device, alarm), alarmTitle(alarm)), thing, 'led to it');
    }
    if (done && own !== undefined) this.#follow(device, own, thing, t);
  }

  /** The alarm that was over by a moment, by the moment that made it due. */
  #clearedAt(device: number, { rule, subject, at }: Decided): number | null {
    const found = this.#alarms.find(
      ({ device: one, alarm }) =>
        one === device && alarm.rule === rule && alarm.subject === subject && alarm.cleared === at,
    );
    return found?.alarm.at ?? null;
  }

  /** What bears no key of its own is known by what the device holds from then on. */
  #follow(device: number, { does }: ActPlan, thing: Thing, from: number): void {
    if (!('twin' in does)) return;
    const isHeld = ({ t, held }: { t: number; held: Held }): boolean =>
      t >= from && holds(held.settings, aimsOf(does));
    const found = this.#holds.get(device)?.find(isHeld);
    if (found === undefined) return;
    const who = this.#context.plan.devices[device]?.id ?? '?';
    const what = `holds it, by version ${found.held.version} of its twin`;
    thing.hop({ t: found.t, where: 'device', who, as: 'set', what });
  }

  #command(op: string, device: number, t: number, told: Told): void {
    const { plan, book } = this.#context;
    if (this.#stream === undefined) return;
    const { n, key, done } = told;
    if (op === 'acts/outcome') {
      const what = `has the answer: ${done ? 'done' : 'refused'}`;
      const answer = { where: 'action', as: 'answered', what } as const;
      const at = this.#clock.runTime(told.answered);
      return this.#things.get(key)?.hop({ ...BY_TARGET, ...answer, t: at });
    }
    const command = book.message(device, this.#stream, n);
    const here = { t, where: 'device', who: plan.devices[device]?.id ?? '?' } as const;
    switch (op) {
      case 'acts/sent': {
        const thing = this.#things.get(key);
        if (thing !== undefined) book.led(thing, command, 'sends');
        const what = `sends it for ${key}`;
        const sent = { where: 'broker', as: 'sent', what, comesFirst: true } as const;
        return command.hop({ ...BY_TARGET, ...sent, t: this.#clock.runTime(told.sent) });
      }
      case 'acts/heard':
        if (!told.again) return;
        return command.hop({ ...here, as: 'known', what: 'knows it already, and leaves it be' });
      default: {
        const what = `${done ? 'sets' : 'refuses to set'} ${told.name} to ${told.value}`;
        command.says = `${told.name} ${told.value}`;
        return command.hop({ ...here, as: done ? 'effect' : 'no effect', what });
      }
    }
  }
}

function doingOf(act: ActPlan | undefined): string {
  if (act === undefined) return 'do what nobody asked for';
  const { does } = act;
  if ('pause' in does) return `pause the campaign ${does.pause}`;
  if ('webhook' in does) return 'tell of it by HTTP';
  const aims = [...aimsOf(does)].map(([name, value]) => `${name} to ${value}`).join(', ');
  return 'twin' in does ? `set ${aims} in its twin` : `command it to set ${aims}`;
}

function holds(settings: string, aims: ReadonlyMap<string, number>): boolean {
  try {
    const own = JSON.parse(settings) as Readonly<Record<string, unknown>>;
    return [...aims].every(([name, value]) => own[name] === value);
  } catch {
    return false;
  }
}
