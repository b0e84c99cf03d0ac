/**
 * A campaign reaches its devices: so large a share of them keeps the new firmware within so long
 * after the operator asked for it.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatShare, formatSpan, plural } from '../wording.ts';

/** Why nobody can say yet, by how a campaign ended: more time would bring no more offers. */
const OPEN = {
  '': 'the run ended before the time was over',
  halted: 'a gate halted the campaign for good before the time was over',
  'called off': 'the operator called the campaign off before the time was over',
} as const;

export default defineChecker({
  kind: 'patched',
  title: 'Devices have the new firmware in time',
  refs: ['O4'],
  summary: 'So large a share of the devices of a campaign keeps its firmware within so long.',
  judges: 'expected',
  workflow: 'ota',
  broken: 'fail',
  params: {
    share: { kind: 'share', about: 'Share of the devices of a campaign.', default: '95%' },
    within: { kind: 'duration', about: 'From where it was asked for.', default: '60s' },
  },
  asks: ['ota/fleet'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: () => fold(),
  conclude: (merged, { plan, of, params, timeline }) => {
    const book = new EvidenceBook();
    const withinUs = Number(params.within) * 1000;
    for (const { campaign, askedAt, over, devices } of of('ota/fleet').patched()) {
      const due = askedAt + withinUs;
      const late = devices.filter(({ keptAt }) => keptAt === null || keptAt > due);
      const isEnough = devices.length - late.length >= Number(params.share) * devices.length - 1e-9;
      book.figure(HAVE, devices.length - late.length);
      book.figure(ARE, devices.length);
      if (!isEnough && due > timeline.end) {
        book.doubt(OPEN[over], devices.length);
        continue;
      }
      book.kept(devices.length);
      // Stragglers within the share are no violation.
      if (isEnough) continue;
      for (const { device, keptAt } of late) {
        const id = deviceName(plan, device);
        const when =
          keptAt === null ? 'never' : `only after ${formatSpan((keptAt - askedAt) / 1000)}`;
        const what = `has ${campaign} ${when}`;
        const asked = `is asked for ${campaign} at ${inSeconds(askedAt)}`;
        const witness = [{ t: ms(askedAt), who: 'target', what: asked }];
        book.also(() => finding(`${id} ${what}`, [id], askedAt, witness));
      }
    }
    return addEvidence(merged, book);
  },
  harmed: (_plan, timeline) => [
    { from: timeline.phase('steady')?.from ?? 0, to: timeline.phase('drain')?.to ?? timeline.end },
  ],
  say: ({ figures }) =>
    `${shareOf(figures)} of ${plural(figures[ARE] ?? 0, 'device')} had it in time.`,
});

const shareOf = (figures: Readonly<Record<string, number>>): string =>
  formatShare((figures[HAVE] ?? 0) / Math.max(1, figures[ARE] ?? 0));

const HAVE = 'have it in time';
const ARE = 'devices of campaigns';

/** The fleet knows all of it, and a lane nothing. */
const fold = (): LaneFold => ({ ops: [], end: () => new EvidenceBook().close() });
