/**
 * A campaign does what its operator says: it offers no faster than at its rate, in its window, to
 * nobody while it is paused and to nobody after it was called off; who was called off ends once,
 * and waves are decided in the instant and by the figures that decide them.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-controlled',
  title: 'Campaigns do what their operator says',
  refs: ['O4', 'O5'],
  summary: 'Rate, window, pause, abort and the bounds of a campaign hold for each of its offers.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota/fleet'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: () => fold(),
  conclude: (merged, { plan, of }) => {
    const book = new EvidenceBook();
    for (const { campaign, looked, unread, isUnknown, flaws } of of('ota/fleet').steered()) {
      book.kept(looked);
      if (isUnknown) book.doubt(UNKNOWN);
      if (unread > 0) book.doubt(UNREAD, unread);
      for (const { device, t, what } of flaws) {
        const who = device === null ? 'target' : deviceName(plan, device);
        const sentence = device === null ? `${what}, at ${inSeconds(t)}` : `${who} ${what}`;
        const about = device === null ? [] : [who];
        const events = [{ t: ms(t), who, what: device === null ? what : `${what}: ${campaign}` }];
        book.also(() => finding(sentence, about, t, events));
      }
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'step')} of campaigns were as their operator said.`
      : `${plural(decided, 'step')} of campaigns, and ${plural(findingCount, 'flaw')} in them.`,
});

const UNKNOWN = 'nobody knows whether the target did what it was told';
const UNREAD = 'the device was not read back';

/** The fleet knows all of it, and a lane nothing. */
const fold = (): LaneFold => ({ ops: [], end: () => new EvidenceBook().close() });
