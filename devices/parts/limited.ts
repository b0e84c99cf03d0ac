/**
 * Limited mode: a device that is badly off, by what it measures of itself, reports so many times
 * more seldom, and as before once it is well again. Between the two limits it stays in the mode in
 * which it is. What it leaves out is accounted for, and what it measured is written down, so that
 * somebody else can tell in which mode it should have been.
 */
import { type ParamValues, streamOf } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface LimitedSeams {
  /** It is well again: false stays in limited mode all the same. */
  leaveLimited?(device: string, n: number): boolean;
}

const LIMITED = 'limited';
const note = (state: string) => ({ type: 'note', params: { state } }) as const;

export default definePart({
  kind: 'limited',
  summary: 'reports more seldom while it is badly off',
  params: {
    watches: {
      kind: 'text',
      about: 'What it measures of itself: a signal, or `health.` and a value of its health.',
    },
    enters: {
      kind: 'number',
      about: 'There it goes into limited mode; below `leaves` where little is bad, else above.',
    },
    leaves: { kind: 'number', about: 'There it is well again.' },
    factor: {
      kind: 'integer',
      about: 'How many times more seldom it reports in limited mode.',
      default: 4,
      min: 2,
      max: 10_000,
    },
  },
  flaws: ({ enters, leaves }) =>
    enters === leaves
      ? [
          {
            path: ['leaves'],
            message: `it is entered and left at the same ${String(leaves)}`,
            hint: 'leave it further on the good side: what is bad lies beyond `enters`',
          },
        ]
      : [],
  ops: {
    'limited/measured': { device: 'device', n: 'count', value: 'text', held: 'boolean' },
  },
  holdsBack: [LIMITED],
  region: {
    initial: 'normal',
    states: {
      normal: { entry: note('limited.normal'), on: { 'limited.enter': { target: 'limited' } } },
      limited: { entry: note('limited.limited'), on: { 'limited.leave': { target: 'normal' } } },
    },
  },
  seams: ['leaveLimited'],
  start: (device) => new Limited(device),
});

class Limited implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  #isLimited = false;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('limited');
  }

  /** Its statechart says in which mode it is. */
  entered(state: string): void {
    if (state === 'limited.limited') this.#isLimited = true;
    else if (state === 'limited.normal') this.#isLimited = false;
  }

  holds({ stream, n, values }: PartMessage): string | null {
    const device = this.#device;
    if (streamOf(device.plan, stream)?.schedule.by !== 'sampling') return null;
    const value = numberAt(values, String(this.#params.watches));
    if (value !== null) this.#look(n, value);
    const held = this.#isLimited && n % Number(this.#params.factor) !== 0;
    const text = value === null ? '' : String(value);
    device.write('limited/measured', { n, value: text, held });
    return held ? LIMITED : null;
  }

  #look(n: number, value: number): void {
    const { enters, leaves } = this.#params;
    const [worst, well] = [Number(enters), Number(leaves)];
    const [isBad, isWell] =
      worst < well ? [value <= worst, value >= well] : [value >= worst, value <= well];
    if (isBad && !this.#isLimited) this.#device.tell({ type: 'limited.enter' });
    if (!isWell || !this.#isLimited) return;
    const seam = this.#device.seam<LimitedSeams['leaveLimited']>('leaveLimited');
    if (seam?.(this.#device.row.id, n) !== false) this.#device.tell({ type: 'limited.leave' });
  }
}

/** Null where this message says nothing of it. */
function numberAt(values: Readonly<Record<string, unknown>>, path: string): number | null {
  let found: unknown = values;
  for (const name of path.split('.')) found = Object(found)[name];
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}
