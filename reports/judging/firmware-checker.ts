/**
 * What all promises about the firmware of one device share: they are judged wherever a campaign
 * was, by the flash of each device, and whatever is amiss is shown with what led there.
 */
import { type FirmwarePlan, firmwareOf, type Plan } from '#kernel';
import type { Oracles } from '#oracles';
import { type CheckerKind, defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import type { WitnessEvent } from '../result.ts';
import { EvidenceBook } from './evidence.ts';
import { flashStory } from './flash-story.ts';
import { deviceName, finding, ms } from './witness.ts';

export interface FirmwareJudge {
  plan: Plan;
  book: EvidenceBook;
  firmware: Oracles['ota'];
  /** Of the whole fleet; null where its checker does not go by that. */
  waves: Oracles['ota/fleet'] | null;
  /** Something is amiss at an instant, in microseconds: the device does this, or who says so. */
  amiss(device: number, t: number, what: string, more?: Amiss): void;
}

interface Amiss {
  /** Instead of the device, and what it does, in the sentence. */
  sentence?: string;
  who?: string;
  /** What was seen besides, before it. */
  seen?: readonly WitnessEvent[];
  /** It counts as a promise of its own; else it is among those that are counted already. */
  counts?: boolean;
}

type Own = Pick<CheckerKind, 'kind' | 'title' | 'refs' | 'summary' | 'say' | 'conclude'> & {
  /** Whether a campaign must bring something to be judged; left out, each does. */
  comesUp?(firmware: FirmwarePlan, plan: Plan): boolean;
  /** What is known of the whole fleet, where its checker goes by that. */
  waves?(of: LaneContext['of']): Oracles['ota/fleet'];
  /** Its end asks for that. */
  fleet?: boolean;
  judge(device: number, judge: FirmwareJudge): void;
};

export const defineFirmwareChecker = ({ judge, waves, fleet, comesUp, ...own }: Own): CheckerKind =>
  defineChecker({
    ...own,
    judges: 'always',
    workflow: 'ota',
    broken: 'fail',
    params: {},
    asks: ['ota', 'flash', ...(fleet === true || waves !== undefined ? ['ota/fleet'] : [])],
    applies: (plan) => firmwareOf(plan).some((one) => comesUp?.(one, plan) ?? true),
    start: (context) => fold(context, judge, waves?.(context.of) ?? null),
  });

function fold(
  { plan, devices, of }: LaneContext,
  judge: Own['judge'],
  waves: FirmwareJudge['waves'],
): LaneFold {
  const book = new EvidenceBook();
  const [firmware, flash] = [of('ota'), of('flash')];
  const amiss: FirmwareJudge['amiss'] = (device, t, what, more = {}) => {
    const id = deviceName(plan, device);
    const { sentence = `${id} ${what}`, who = id, seen = [], counts = false } = more;
    const make = () => {
      const events = [...seen, { t: ms(t), who, what }];
      return {
        ...finding(sentence, [id], t, events),
        story: flashStory(plan, flash, device, t),
      };
    };
    if (counts) book.broken(make);
    else book.also(make);
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device, { plan, book, firmware, waves, amiss });
      return book.close();
    },
  };
}
