/**
 * What a thing is called. A message is its device, stream and number,
 * `fridges/north-1/3:telemetry:17`; whatever else a capability names is `WORD:NAME@DEVICE@KEY`, as
 * an alarm is `alarm:too-warm@fridges/north-1/1@69430`; what belongs to no device is `WORD:NAME`.
 * None of it needs to be quoted in a shell. Ids are read as people write them, too: with blanks,
 * with the noun of a sentence (`fridges/north-1/3, reading 17`), without the word where one is
 * meant. What several devices have together is called by their place, and read by one of them, too.
 */
import {
  meantHint,
  NUMBERS_MAX,
  nearestName,
  type Plan,
  parseDuration,
  streamNamed,
} from '#kernel';

export interface Ref {
  /** `message`, or the word of whoever names it. */
  word: string;
  /** A stream, a rule, a campaign; empty where the word says it all. */
  name: string;
  /** Index into the plan's devices, -1 for none. */
  device: number;
  /** What tells it from others of that name; empty where nothing has to. */
  key: string;
  /** The place that it is of, where `device` is but one of those in it. */
  place?: string;
}

export const MESSAGE = 'message';
/** The place that all devices are in. */
const FLEET = 'fleet';

export const messageRef = (stream: string, device: number, n: number): Ref => ({
  word: MESSAGE,
  name: stream,
  device,
  key: String(n),
});

/** As it is printed, and read again. */
export function idOf(plan: Pick<Plan, 'devices'>, { word, name, device, key, place }: Ref): string {
  const id = plan.devices[device]?.id;
  if (word === MESSAGE) return `${id ?? '?'}:${name}:${key}`;
  const head = name === '' ? word : `${word}:${name}`;
  const whose = place ?? id;
  return whose === undefined ? head : `${head}@${whose}@${key}`;
}

/** Why a text is no id, and what to write. */
export class NoId extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'NoId';
    this.hint = hint;
  }
}

/** No id is longer. */
const TEXT_MAX = 400;

/** `words`: what there is beside messages, and how an id of it is written. Throws `NoId`. */
export function readId(plan: Plan, text: string, words: ReadonlyMap<string, string>): Ref {
  const given = text.trim();
  if (given === '' || given.length > TEXT_MAX)
    throw new NoId('an id is a text of up to 400 characters', formsOf(words));
  if (given.includes('@')) return named(plan, given, words);
  const head = given.slice(0, Math.max(0, given.indexOf(':')));
  if (words.has(head)) return ofNobody(head, given.slice(head.length + 1).trim(), words);
  return message(plan, given, words);
}

export const formsOf = (words: ReadonlyMap<string, string>): string =>
  ['DEVICE:STREAM:N', ...words.values()].join(', ');

/** `WORD:NAME`. */
function ofNobody(word: string, name: string, words: ReadonlyMap<string, string>): Ref {
  if (name !== '') return { word, name, device: -1, key: '' };
  throw new NoId(`'${word}:' does not say which ${word}`, `write ${words.get(word)}`);
}

/** `WORD:NAME@DEVICE@KEY`; `NAME@DEVICE@KEY` where one word alone has names. */
function named(plan: Plan, text: string, words: ReadonlyMap<string, string>): Ref {
  const [head = '', id = '', ...keys] = text.split('@').map((part) => part.trim());
  const [key = '', ...rest] = keys;
  if (rest.length > 0) throw new NoId(`'${short(text)}' has too many @`, formsOf(words));
  const colon = head.indexOf(':');
  const word = colon < 0 ? head : head.slice(0, colon);
  const whose = whoseIs(plan, id);
  if (words.has(word)) {
    const form = words.get(word) ?? '';
    if (key === '') throw new NoId(`'${short(text)}' does not say which ${word}`, `write ${form}`);
    return { word, name: colon < 0 ? '' : head.slice(colon + 1), ...whose, key: keyIn(key) };
  }
  if (colon >= 0)
    throw new NoId(
      `nothing is called '${short(word)}'`,
      meantHint(word, words.keys(), formsOf(words)),
    );
  // The word is left out: whoever has the thing will know it.
  return { word: '', name: head, ...whose, key: keyIn(key) };
}

/** Of a moment as people write it, its milliseconds. */
function keyIn(text: string): string {
  if (/^\d*$/.test(text)) return text;
  const ms = parseDuration(text);
  return ms === undefined ? text : String(Math.round(ms));
}

function message(plan: Plan, text: string, words: ReadonlyMap<string, string>): Ref {
  const { device, rest } = deviceAtStart(plan, text);
  const said = rest.split(/[\s,:/]+/).filter((part) => part !== '');
  const number = said.pop() ?? '';
  const isNumber = /^\d{1,16}$/.test(number);
  const stream = isNumber ? streamCalled(plan, said.join(' ')) : '';
  // A target numbers what it says as it likes.
  const isTargets = streamNamed(plan, stream)?.from === 'target';
  const below = isTargets ? Number.MAX_SAFE_INTEGER : NUMBERS_MAX;
  if (!isNumber || Number(number) >= below) {
    const id = plan.devices[device]?.id;
    const message = `'${short(text)}' does not say which message of ${id}`;
    throw new NoId(message, `write ${id}:${mainStream(plan)}:17, or ${formsOf(words)}`);
  }
  return messageRef(stream, device, Number(number));
}

/** The longest id of a device with which it begins, since some begin as others do. */
function deviceAtStart(plan: Plan, text: string): { device: number; rest: string } {
  const lower = text.toLowerCase();
  let device = -1;
  let length = 0;
  plan.devices.forEach(({ id }, index) => {
    if (id.length <= length || !lower.startsWith(id.toLowerCase())) return;
    if (!/^(?:$|[\s,:/])/.test(text.slice(id.length))) return;
    device = index;
    length = id.length;
  });
  // Says which device there is not.
  if (device < 0) deviceCalled(plan, text.split(/[\s,:]/)[0] ?? '');
  return { device, rest: text.slice(length) };
}

/** A device, or else a site, a region or the whole fleet. */
function whoseIs(plan: Plan, id: string): Pick<Ref, 'device' | 'place'> {
  const { devices } = plan;
  const isDevice = devices.some((device) => device.id === id);
  const isPlace = id === FLEET || devices.some(({ site, region }) => site === id || region === id);
  return !isDevice && isPlace ? { device: -1, place: id } : { device: deviceCalled(plan, id) };
}

function deviceCalled(plan: Plan, id: string): number {
  const exact = plan.devices.findIndex((device) => device.id === id);
  const found =
    exact >= 0
      ? exact
      : plan.devices.findIndex((device) => device.id.toLowerCase() === id.toLowerCase());
  if (found >= 0) return found;
  const ids = plan.devices.map((device) => device.id);
  throw new NoId(
    `there is no device '${short(id)}' in this run`,
    meantHint(id, ids, `there are ${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ' …' : ''}`),
  );
}

/** By its name, or by what one of its messages is called in a sentence. */
function streamCalled({ streams }: Plan, said: string): string {
  const asked = said.toLowerCase();
  if (asked === '') return mainStream({ streams });
  const found =
    streams.find(({ name }) => name.toLowerCase() === asked.replaceAll(' ', '-')) ??
    streams.find(({ noun }) => noun.toLowerCase() === asked);
  if (found !== undefined) return found.name;
  const names = streams.map(({ name }) => name);
  throw new NoId(
    `there is no stream '${short(said)}' in this run`,
    meantHint(said, names, `there are ${names.join(', ')}`),
  );
}

/** What is meant where nobody says of which stream: what is measured. */
const mainStream = ({ streams }: Pick<Plan, 'streams'>): string =>
  (streams.find(({ measured }) => measured) ?? streams[0])?.name ?? 'telemetry';

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Those of the ids that there are which a person most likely meant, the nearest first. */
export function nearestIds(given: string, ids: readonly string[], most: number): string[] {
  const left = new Set(ids);
  const near: string[] = [];
  const tail = (text: string): number => Number(/(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  const head = (text: string): string => text.replace(/\d+$/, '');
  const alike = ids.filter((id) => head(id) === head(given));
  alike.sort((a, b) => Math.abs(tail(a) - tail(given)) - Math.abs(tail(b) - tail(given)));
  for (const id of alike.slice(0, most)) {
    near.push(id);
    left.delete(id);
  }
  while (near.length < most) {
    const next = nearestName(given, left);
    if (next === undefined) break;
    near.push(next);
    left.delete(next);
  }
  return near;
}
