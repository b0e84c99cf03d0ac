/** What all promises about relays share: each relay is judged by its own story. */
import type { Oracles } from '#oracles';
import type { LaneContext, LaneFold } from '../checker.ts';
import { EvidenceBook } from './evidence.ts';
import { deviceName, finding, ms } from './witness.ts';

type RelayStory = NonNullable<ReturnType<Oracles['relay']['of']>>;

interface RelayBook {
  book: EvidenceBook;
  /** A promise is broken at an instant, in microseconds: the relay does this. */
  amiss(t: number, what: string): void;
}

export function judgeRelays(
  { plan, devices }: LaneContext,
  relays: Oracles['relay'],
  judge: (story: RelayStory, told: RelayBook) => void,
): LaneFold {
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = relays.of(device);
        if (story === null) continue;
        const who = deviceName(plan, device);
        const amiss = (t: number, what: string): void =>
          book.broken(() => finding(`${who} ${what}`, [who], t, [{ t: ms(t), who, what }]));
        judge(story, { book, amiss });
      }
      return book.close();
    },
  };
}
