/**
 * How often a device reports, as a setting: every so-manieth of the readings that are due goes, the
 * others are left out and accounted for. The grid of the schedule stays, so an interval is always a
 * multiple of the entry's own. Its name lets it act before whoever looks at what a reading says.
 */
import { type ParamValues, streamOf } from '#kernel';
import {
  definePart,
  type Part,
  type PartDevice,
  type PartFlaw,
  type PartMessage,
  type PartOwner,
} from '../part.ts';

export interface CadenceSeams {
  /** It has been set so: by which it truly goes. */
  heedCadence?(device: string, set: number, before: number): number;
}

const BETWEEN = 'between';

export default definePart({
  kind: 'cadence',
  summary: 'sends every so-manieth reading, which can be set from afar',
  params: {
    each: {
      kind: 'integer',
      about: 'It leaves the factory set so: one reading of so many goes.',
      default: 1,
      min: 1,
      max: 1000,
    },
    most: {
      kind: 'integer',
      about: 'It can be set up to that.',
      default: 10,
      min: 1,
      max: 1000,
    },
  },
  settings: ({ each, most }) => [
    {
      name: 'cadence',
      about: 'One reading of so many goes.',
      low: 1,
      high: Number(most),
      step: 1,
      factory: Number(each),
    },
  ],
  flaws: (params, _, owner) => cadenceFlaws(params, owner),
  holdsBack: [BETWEEN],
  seams: ['heedCadence'],
  start: (device) => new Cadence(device),
});

function cadenceFlaws({ each, most }: ParamValues, { parts }: PartOwner): PartFlaw[] {
  const flaws: PartFlaw[] = [];
  if (Number(each) > Number(most)) {
    const message = `it leaves the factory at one of ${each}, and can be set up to one of ${most}`;
    flaws.push({ path: ['most'], message, hint: 'write most no lower than each' });
  }
  if (parts.includes('adaptive')) {
    // Either counts the same readings, and what both let go may be none.
    const message = 'the part adaptive leaves readings out by a count of its own';
    flaws.push({ path: [], message, hint: 'leave out cadence or adaptive' });
  }
  return flaws;
}

class Cadence implements Part {
  readonly #device: PartDevice;
  #each: number;
  /** By which it goes: the same in honest firmware. */
  #truly: number;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#each = Number(device.paramsOf('cadence').each);
    this.#truly = this.#each;
  }

  setting(): number {
    return this.#each;
  }

  set(_name: string, value: number): void {
    const heed = this.#device.seam<CadenceSeams['heedCadence']>('heedCadence');
    this.#truly = heed?.(this.#device.row.id, value, this.#truly) ?? value;
    this.#each = value;
  }

  holds({ stream, n }: PartMessage): string | null {
    if (streamOf(this.#device.plan, stream)?.schedule.by !== 'sampling') return null;
    return n % this.#truly === 0 ? null : BETWEEN;
  }
}
