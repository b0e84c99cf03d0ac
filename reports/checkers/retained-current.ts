/**
 * M8: a retained topic is a register. Who subscribes afresh at the end is given the last value that
 * is known to have been written, or a later one of which nobody knows whether it was. So is who
 * looks in the midst of the run: a value that is lost and written again later shows there alone.
 */
import { addTo, type LedgerEntry, streamOf } from '#kernel';
import type { Look, Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { takesPart } from '../judging/planned.ts';
import {
  isExcused,
  isRegister,
  nothing,
  type Place,
  type Register,
  registerKey,
  registersFor,
  retainedIn,
  type Value,
  wrongOf,
} from '../judging/registers.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

/** What was written so shortly before a look may not have come to whoever hands it over. */
const SETTLED_US = 2_000_000;

export default defineChecker({
  kind: 'retained-current',
  title: 'Retained values are current',
  refs: ['M8'],
  summary: 'A fresh subscriber is given the last retained status of each device.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['delivery'],
  applies: (plan) =>
    plan.devices.some((_, device) =>
      retainedIn(plan).some(({ code }) => takesPart(plan, device, code)),
    ),
  start: (context) => retainedFold({ ...context, delivery: context.of('delivery') }),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'device')} had their last status retained.`
      : `${plural(findingCount, 'retained value')} of ${formatCount(decided)} not current.`,
});

type Lane = LaneContext & Pick<Oracles, 'delivery'>;
type Found = Map<number, Value[]>;

function retainedFold(context: Lane): LaneFold {
  const { plan, timeline, lane } = context;
  const looks = timeline.looksOf(lane);
  const read: Found = new Map();
  const glimpsed = new Map<Look, Found>(looks.map((look) => [look, new Map()]));
  const note = (found: Found | undefined, value: Value, key: number): void => {
    if (found !== undefined) addTo(found, key, value);
  };
  return {
    ops: ['retained', 'glimpsed'],
    step: (entry: LedgerEntry) => {
      if (entry.op !== 'retained' && entry.op !== 'glimpsed') return;
      if (!isRegister(streamOf(plan, entry.stream))) return;
      const { n, hash, t } = entry;
      const look = looks.find(({ from, to }) => t >= from && t <= to);
      const found = entry.op === 'retained' ? read : look && glimpsed.get(look);
      note(found, { n, hash, t }, registerKey(entry));
    },
    end: () => {
      const book = new EvidenceBook();
      const told = new Set<string>();
      judgeEnd(context, read, told, book);
      for (const [look, found] of glimpsed) judgeLook(context, look, found, told, book);
      return book.close();
    },
  };
}

/** Every register of the lane, with what a reader was given of it. */
function* placesOf(
  { plan, devices }: Lane,
  registers: ReadonlyMap<number, Register>,
  found: Found,
): Generator<{ place: Place; register: Register | undefined; values: Value[] }, void> {
  for (const device of devices) {
    for (const stream of retainedIn(plan)) {
      if (!takesPart(plan, device, stream.code)) continue;
      const key = registerKey({ device, stream: stream.code });
      const register = registers.get(key);
      const values = found.get(key) ?? [];
      if (register === undefined && values.length === 0) continue;
      yield { place: { device, stream }, register, values };
    }
  }
}

function judgeEnd(context: Lane, found: Found, told: Set<string>, book: EvidenceBook): void {
  const { plan, delivery, timeline, lane } = context;
  const { beganAt: from, parts } = timeline.readsOf(lane);
  const complete = parts.get('retained') === true;
  const registers = registersFor(plan, delivery, { from, to: Number.POSITIVE_INFINITY });
  for (const { place, register, values } of placesOf(context, registers, found)) {
    if (isExcused(context, register, timeline.end)) continue;
    if (!complete) {
      book.doubt('the retained values were not read to the end');
      continue;
    }
    const { definite, definiteAt } = register ?? nothing();
    const wrong = wrongOf(delivery, place, register ?? nothing(), values);
    if (wrong === null) book.kept();
    else {
      told.add(nameOf(place, definite));
      const [at, by] = [values[0]?.t ?? timeline.end, { definite, definiteAt }];
      book.broken(() => witnessed(context, place, by, values, wrong, at));
    }
  }
}

/** Adds no promise to those of the end; it tells once what is wrong then already, or only then. */
function judgeLook(
  context: Lane,
  look: Look,
  found: Found,
  told: Set<string>,
  book: EvidenceBook,
): void {
  const { plan, delivery } = context;
  const registers = registersFor(plan, delivery, { from: look.from - SETTLED_US, to: look.to });
  for (const { place, register = nothing(), values } of placesOf(context, registers, found)) {
    if (isExcused(context, register, look.to)) continue;
    // One that is written just then may come beside the one before.
    const [last] = values.slice(-1);
    const isWriting = register.possible.size > 0;
    const given = isWriting && last !== undefined ? [last] : values;
    const wrong = wrongOf(delivery, place, register, given);
    const name = nameOf(place, register.definite);
    if (wrong === null || told.has(name)) continue;
    told.add(name);
    const text = `at ${inSeconds(look.from)} ${wrong}`;
    book.also(() => witnessed(context, place, register, given, text, look.to));
  }
}

const nameOf = ({ device, stream }: Place, definite: number): string =>
  `${device}/${stream.code}/${definite}`;

function witnessed(
  { plan }: Lane,
  { device, stream: { noun } }: Place,
  { definite, definiteAt }: Pick<Register, 'definite' | 'definiteAt'>,
  [value]: readonly Value[],
  text: string,
  at: number,
): Finding {
  const id = deviceName(plan, device);
  const wrote = definite < 0 ? `wrote no ${noun}` : `${noun} ${definite} was written`;
  const given = value === undefined ? 'was given nothing' : `was given ${noun} ${value.n}`;
  return finding(`${id}: ${text}`, [id], at, [
    { t: ms(definiteAt), who: id, what: wrote },
    { t: ms(at), who: 'reader', what: given },
  ]);
}
