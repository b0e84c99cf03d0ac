/**
 * A rule as it is asked for over HTTP: whatever comes is refused unless each part of it can be gone
 * by, within bounds that hold for everybody.
 */
import { type Condition, readCondition } from './condition.ts';
import type { VersionRow } from './rows.ts';

/** As it came. */
export interface Asks {
  version: number;
  of: string;
  per: Per;
  when: string;
  clear: string;
  forMs: number;
  clearForMs: number;
  terms: TermAsked[];
  window: WindowAsked | null;
  silentMs: number;
}

type Per = 'device' | 'site' | 'region' | 'fleet';

export interface TermAsked {
  name: string;
  does: string;
  what: string[];
  of: string;
  overMs: number;
  last: number;
}

export interface WindowAsked {
  everyMs: number;
  overMs: number;
  gapMs: number;
  mostMs: number;
  lateMs: number;
}

/** What it asks for from a time on. */
export interface Version {
  version: number;
  from: number;
  when: Condition;
  clear: Condition;
  forMs: number;
  clearForMs: number;
  asked: Asks;
}

export interface Term extends Omit<TermAsked, 'what'> {
  signal: string;
  conditions: Condition[];
}

/** A name for whether an alarm of another rule stands, or was raised within so long. */
export interface OtherAlarm {
  name: string;
  rule: string;
  /** 0 for one that stands. */
  withinMs: number;
}

export interface Rule {
  name: string;
  prefix: string;
  per: Per;
  terms: Term[];
  /** What it asks of the alarms of other rules. */
  others: OtherAlarm[];
  window: WindowAsked | null;
  silentMs: number;
  /** First to last; one at least. */
  versions: Version[];
}

const DAY_MS = 86_400_000;
const TEXT_MAX = 256;
const TERMS_MAX = 20;
const OF_SIGNALS = ['mean', 'min', 'max', 'sum', 'rise'];
const OF_CONDITIONS = ['count', 'share', 'devices', 'ago', 'steps'];
const OF_ALARMS = 'alarm';
const RULE_NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const NEVER: Condition = () => false;

/** Why it is none, or what it asks for. */
export function readAsks(body: unknown): string | Asks {
  const given = mapIn(body);
  const { version = 1, of = '', per = 'device', when = '', clear = '', silentMs = 0 } = given;
  const { forMs = 0, clearForMs = 0, terms = [], window = null } = given;
  if (!isWhole(version, 1, 1000)) return 'version is a whole number from 1 on';
  if (typeof of !== 'string' || of.length > TEXT_MAX) return 'of is a short text';
  if (per !== 'device' && per !== 'site' && per !== 'region' && per !== 'fleet') {
    return 'per is device, site, region or fleet';
  }
  if (!isSpan(silentMs)) return `silentMs is from 0 to ${DAY_MS}`;
  if (silentMs === 0 && readCondition(when) === null) return 'when is no condition';
  if (silentMs === 0 && readCondition(clear) === null) return 'clear is no condition';
  if (!isSpan(forMs)) return `forMs is from 0 to ${DAY_MS}`;
  if (!isSpan(clearForMs)) return `clearForMs is from 0 to ${DAY_MS}`;
  const windowRead = window === null ? null : readWindow(window);
  if (typeof windowRead === 'string') return windowRead;
  if (windowRead === null && per !== 'device') return 'readings of several need a window';
  if (windowRead !== null && silentMs > 0) return 'silence has no window';
  if (silentMs > 0 && forMs + clearForMs > 0) return 'silence has no forMs and no clearForMs';
  if (!Array.isArray(terms) || terms.length > TERMS_MAX) return `terms are ${TERMS_MAX} at most`;
  const termsRead = terms.map((one) => readTerm(one, windowRead !== null));
  const amiss = termsRead.find((one) => typeof one === 'string');
  if (amiss !== undefined) return amiss;
  const texts = { of, per, when: String(when), clear: String(clear) } as const;
  const spans = { silentMs, forMs, clearForMs };
  return { version, ...texts, ...spans, terms: termsRead as TermAsked[], window: windowRead };
}

/** Null where it cannot be gone by. */
export function ruleOf(rows: readonly VersionRow[]): Rule {
  const versions = rows.map(({ version, began, asked }): Version => {
    const asks = JSON.parse(asked) as Asks;
    const { forMs, clearForMs } = asks;
    const conditions = {
      when: readCondition(asks.when) ?? NEVER,
      clear: readCondition(asks.clear) ?? NEVER,
    };
    return { version, from: began, ...conditions, forMs, clearForMs, asked: asks };
  });
  const [first] = versions as [Version];
  const { of: prefix, per, window, silentMs } = first.asked;
  const ofReadings = first.asked.terms.filter(({ does }) => does !== OF_ALARMS);
  const terms = ofReadings.map(({ what, ...term }): Term => {
    const isOfSignal = OF_SIGNALS.includes(term.does);
    const conditions = isOfSignal ? [] : what.map((text) => readCondition(text) ?? NEVER);
    return { ...term, signal: what[0] ?? '', conditions };
  });
  const others = othersIn(first.asked);
  return { name: rows[0]?.name ?? '', prefix, per, terms, others, window, silentMs, versions };
}

/** What it says of the alarms of other rules. */
export const othersIn = ({ terms }: Pick<Asks, 'terms'>): OtherAlarm[] =>
  terms.flatMap(({ name, does, what: [rule = ''], overMs }) =>
    does === OF_ALARMS ? [{ name, rule, withinMs: overMs }] : [],
  );

/** What was asked before, but for what a version may change. */
export function isAnother(now: Asks, before: Asks): boolean {
  const fixed = ({ of, per, terms, window, silentMs }: Asks): string =>
    JSON.stringify([of, per, terms, window, silentMs]);
  return fixed(now) !== fixed(before);
}

export const isSame = (one: Asks, other: Asks): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The one that held when something came; null before the first. */
export function versionAt(rule: Rule, time: number): Version | null {
  for (let at = rule.versions.length - 1; at >= 0; at--) {
    const version = rule.versions[at] as Version;
    if (version.from < time) return version;
  }
  return null;
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

const isSpan = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= DAY_MS;

const mapIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function readWindow(given: unknown): string | WindowAsked {
  const { everyMs = 0, overMs = 0, gapMs = 0, mostMs = 0, lateMs = 0 } = mapIn(given);
  const spans = [everyMs, overMs, gapMs, mostMs, lateMs];
  if (!spans.every((span) => isWhole(span, 0, DAY_MS))) return 'spans of a window are whole';
  const window = { everyMs, overMs, gapMs, mostMs, lateMs } as WindowAsked;
  if (window.everyMs > 0 === window.gapMs > 0) return 'a window has either everyMs or gapMs';
  if (window.gapMs > 0) return window.mostMs > 0 ? window : 'mostMs is more than 0';
  const isFit = window.overMs > 0 && window.overMs % window.everyMs === 0;
  const isFew = window.overMs / window.everyMs <= 100;
  return isFit && isFew ? window : 'overMs is 1 to 100 times everyMs';
}

function readTerm(given: unknown, isInWindow: boolean): string | TermAsked {
  const { name, does, what, of = '', overMs = 0, last = 0 } = mapIn(given);
  if (typeof name !== 'string' || !/^[a-z][A-Za-z0-9_]{0,31}$/.test(name)) {
    return 'a term has a name';
  }
  if (typeof does !== 'string') return `the term ${name} does nothing`;
  if (typeof of !== 'string' || of.length > TEXT_MAX) return 'of is a short text';
  if (!isSpan(overMs) || !isWhole(last, 0, 1000)) return `${name} looks back too far`;
  const isOfAlarms = does === OF_ALARMS;
  if (isOfAlarms && isInWindow) return `${name} is no matter of a window`;
  if (!isInWindow && !isOfAlarms && overMs === 0 && last === 0) {
    return `${name} looks back without an end`;
  }
  const isList = Array.isArray(what) && what.length > 0 && what.length <= 8;
  if (!isList || !what.every((one) => typeof one === 'string')) return `${name} is of nothing`;
  const term = { name, does, what: what as string[], of, overMs, last };
  if (OF_SIGNALS.includes(does)) return term;
  if (isOfAlarms) return RULE_NAME.test(term.what[0] ?? '') ? term : `${name} is of no rule`;
  if (!OF_CONDITIONS.includes(does)) return `there is no ${does.slice(0, 20)}`;
  return what.every((one) => readCondition(one) !== null) ? term : `${name} is of no condition`;
}
