/**
 * Names of a rule for what several readings come to, read. Each looks back over a stretch that has
 * an end, so that whoever goes by the rule never keeps more than that.
 */
import {
  formatPath,
  isMap,
  type ParamValues,
  type Problem,
  TERM_DOES,
  type TermDoes,
  type TermPlan,
  type WindowPlan,
} from '#kernel';
import { shown } from './cel/words.ts';
import { conditionAmiss, namesHint } from './conditions.ts';

interface Around {
  /** What all devices measure whose ids begin so; of the rule's own where it is empty. */
  signalsOf(of: string): string[] | null;
  /** Whether in a window these are readings of one device; of all of it where it is empty. */
  isOfOne(of: string): boolean;
  /** Between two readings of its fastest device. */
  fastestMs: number;
  /** What a name may come to there. */
  does: readonly TermDoes[];
}

const NAME = /^[a-z][A-Za-z0-9_]{0,31}$/;
const RESERVED = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
]);
for (const word of ['for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace'])
  RESERVED.add(word);
for (const word of ['return', 'var', 'void', 'while', 'int', 'uint', 'double', 'bool', 'string'])
  RESERVED.add(word);

const TERMS_MAX = 20;
const READINGS_MAX = 1000;
const OF_SIGNALS: readonly TermDoes[] = ['mean', 'min', 'max', 'sum', 'rise'];
/** They ask what came before what, of one device. */
const IN_TURN: readonly TermDoes[] = ['ago', 'steps'];

export function readTerms(
  problems: Problem[],
  given: unknown,
  window: WindowPlan | null,
  around: Around,
): TermPlan[] {
  const entries = isMap(given) ? Object.entries(given) : [];
  const wrong = (path: string, message: string, hint: string): void =>
    void problems.push({ code: 'bad-value', path, message, hint });
  if (window !== null && entries.length === 0) {
    wrong('let', 'a window is told by nothing', 'write let: { warm: { mean: temperature } }');
  }
  if (entries.length > TERMS_MAX)
    wrong('let', `a rule has at most ${TERMS_MAX}`, 'write two rules');
  const names = entries.map(([name]) => name);
  return entries.flatMap(([name, term]) => {
    // Such a name may be no word at all.
    const path = formatPath(['let', name]);
    const values = (isMap(term) ? term : {}) as ParamValues;
    if (!NAME.test(name) || RESERVED.has(name)) {
      wrong(
        path,
        `a condition cannot speak of ${shown(name)}`,
        'write letters and digits, such as warm',
      );
      return [];
    }
    const own = TERM_DOES.filter((one) => values[one] !== undefined);
    const [does] = own;
    if (does === undefined || own.length > 1) {
      wrong(
        path,
        `it says ${own.join(' and ') || 'nothing of what it comes to'}`,
        'write one of '.concat(around.does.join(', ')),
      );
      return [];
    }
    const plan = planOf(name, does, values);
    problems.push(...(does === 'alarm' ? [] : spanAmiss(path, plan, window, around)));
    problems.push(...alarmAmiss(path, plan, values, window));
    problems.push(...whatAmiss(path, plan, names, around));
    return [plan];
  });
}

/** What a name can come to at all, where that hangs on no signal; null where it does. */
export function betweenOf({ does, last }: TermPlan): [low: number, high: number] | null {
  switch (does) {
    case 'count':
      return [0, last > 0 ? last : Number.POSITIVE_INFINITY];
    case 'share':
    case 'steps':
      return [0, 1];
    case 'devices':
    case 'ago':
      return [0, Number.POSITIVE_INFINITY];
    default:
      return null;
  }
}

function planOf(name: string, does: TermDoes, values: ParamValues): TermPlan {
  const said = values[does];
  const what = Array.isArray(said) ? said.map(String) : [String(said)];
  const over = does === 'alarm' ? values.within : values.over;
  const [overMs, last] = [Number(over ?? 0), Number(values.last ?? 0)];
  return { name, does, what, of: String(values.of ?? ''), overMs, last };
}

function whatAmiss(
  path: string,
  { name, does, what, of }: TermPlan,
  names: readonly string[],
  { signalsOf }: Around,
): Problem[] {
  const signals = signalsOf(of);
  if (signals === null && of === '') return [];
  if (signals === null) {
    const message = `no device has an id that begins with ${JSON.stringify(of)}`;
    return [
      { code: 'nobody-selected', path: `${path}.of`, message, hint: 'write how an id begins' },
    ];
  }
  if (signals.includes(name)) {
    const message = `${name} is a signal already`;
    return [{ code: 'twice', path, message, hint: 'call it otherwise' }];
  }
  // Which rules there are is known when all of them are read.
  if (does === 'alarm') return [];
  const place = `${path}.${does}`;
  if (!OF_SIGNALS.includes(does)) {
    return what.flatMap((text, at) =>
      conditionAmiss(does === 'steps' ? `${place}[${at}]` : place, text, { names: signals }),
    );
  }
  const [signal = ''] = what;
  if (signals.includes(signal)) return [];
  if (names.includes(signal)) {
    const message = `${signal} is a name of this rule, and names are of what devices measure`;
    return [{ code: 'cyclic', path: place, message, hint: namesHint(signal, signals) }];
  }
  const message = `no device of it measures ${JSON.stringify(shown(signal))}`;
  return [{ code: 'bad-value', path: place, message, hint: namesHint(signal, signals) }];
}

const HOUR_MS = 3_600_000;

/** An alarm stands or not when a reading comes, and is looked back to for an hour at most. */
function alarmAmiss(
  path: string,
  { does, overMs }: TermPlan,
  values: ParamValues,
  window: WindowPlan | null,
): Problem[] {
  const wrong = (place: string, message: string, hint: string): Problem[] => [
    { code: 'bad-value', path: `${path}${place}`, message, hint },
  ];
  if (does !== 'alarm') {
    return values.within === undefined
      ? []
      : wrong('.within', 'it is said of alarms alone', `write over: 30s for ${does}`);
  }
  if (window !== null) {
    const hint = 'write it in a rule without a window';
    return wrong('.alarm', 'an alarm stands at one reading, and a window has many', hint);
  }
  const other = ['over', 'last', 'of'].find((key) => values[key] !== undefined);
  if (other !== undefined) {
    const hint = 'leave it out, or write within: 30s for one that was raised no longer ago';
    return wrong(`.${other}`, `of an alarm there is no ${other}`, hint);
  }
  return overMs > HOUR_MS
    ? wrong('.within', 'it looks back for more than an hour', 'write 1h at most')
    : [];
}

function spanAmiss(
  path: string,
  { does, of, overMs, last }: TermPlan,
  window: WindowPlan | null,
  { fastestMs, isOfOne }: Around,
): Problem[] {
  const wrong = (place: string, message: string, hint: string): Problem[] => [
    { code: 'bad-value', path: `${path}${place}`, message, hint },
  ];
  if (window !== null) {
    if (IN_TURN.includes(does)) {
      return wrong('', `${does} is told reading by reading`, 'write it in a rule without a window');
    }
    // Which of two devices spoke first at one time nobody can say.
    if (does === 'rise' && !isOfOne(of)) {
      return wrong('', 'it rises from one device to another', 'write per: device, or of: a device');
    }
    return overMs + last === 0
      ? []
      : wrong('', 'the window says how far it looks back', 'leave over and last out');
  }
  if (does === 'devices') {
    return wrong('', 'devices are counted in a window', 'write window: { every: 10s } beside let');
  }
  if (of !== '')
    return wrong('.of', 'a reading is of one device', 'leave it out, or write a window');
  if (overMs === 0 && last === 0) {
    return wrong('', 'it looks back without an end', 'write over: 30s, or last: 5');
  }
  if (overMs > HOUR_MS || overMs / fastestMs > READINGS_MAX) {
    const most = Math.min(HOUR_MS, READINGS_MAX * fastestMs) / 1000;
    const what = `it looks back over more than ${READINGS_MAX} readings, or an hour`;
    return wrong('.over', what, `write ${most}s at most`);
  }
  return [];
}
