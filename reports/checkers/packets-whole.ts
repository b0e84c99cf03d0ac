/**
 * A packet that holds several messages is one thing: what becomes of one message in it becomes of
 * all. It holds no more than declared, goes no later, and no message twice.
 */
import { type Oracles, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import { formatSpan, plural } from '../wording.ts';

export default defineChecker({
  kind: 'packets-whole',
  title: 'Packets are whole',
  refs: [],
  summary: 'Messages that a gateway packs together are taken together, each once.',
  judges: 'always',
  part: 'gateway',
  set: 'pack',
  broken: 'fail',
  params: {},
  asks: ['packets'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const packets = plural(decided, 'packet');
    const messages = plural(figures.messages ?? 0, 'message');
    return findingCount === 0
      ? `${packets} with ${messages} were each taken whole.`
      : `${plural(findingCount, 'mistake')} with ${packets} of ${messages}.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['packets']['of']>>;
type Mistake = Story['wrong'][number]['mistake'];
type Of<K extends Mistake['is']> = Extract<Mistake, { is: K }>;
type Parcel = Of<'twice'>['parcel'];
type NameOf = (parcel: Parcel) => string;

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const packets = of('packets');
  const book = new EvidenceBook();
  const nameOf = ({ child, stream, n }: Parcel): string =>
    `${deviceName(plan, child)}, ${messageNoun(plan, stream, n)}`;
  const judge = (gateway: number, story: Story): void => {
    const who = deviceName(plan, gateway);
    book.figure('messages', story.parcels);
    book.kept(story.packets);
    for (const { t, packet, mistake } of story.wrong) {
      if (mistake.is === 'too-late') {
        const span = { from: t - mistake.waitedMs * 1000, to: t };
        if (timeline.stalls.some((stall) => overlaps(stall, span))) {
          book.doubt('we stood still ourselves while it waited');
          continue;
        }
      }
      const says = SAYS[mistake.is](mistake as never, nameOf);
      const about = [
        gateway,
        ...('parcel' in mistake ? [mistake.parcel.child] : []),
        ...('other' in mistake ? [mistake.other.child] : []),
      ];
      const named = [...new Set(about)].sort((a, b) => a - b).map((one) => deviceName(plan, one));
      const witness = [{ t: ms(t), who, what: `sends packet ${packet}` }];
      const what = `${who}, packet ${packet} ${says}, at ${inSeconds(t)}`;
      book.also(() => finding(what, named, t, witness));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = packets.of(device);
        if (story !== null) judge(device, story);
      }
      return book.close();
    },
  };
}

const SAYS: { readonly [K in Mistake['is']]: (mistake: Of<K>, nameOf: NameOf) => string } = {
  'too-many': ({ held, most }) => `holds ${plural(held, 'message')}, and may hold ${most}`,
  'too-large': ({ held, most }) => `holds ${plural(held, 'byte')}, and may hold ${most}`,
  'too-late': ({ waitedMs, mostMs }) =>
    `went ${formatSpan(waitedMs)} after its first message, and may wait ${formatSpan(mostMs)}`,
  twice: ({ parcel }, nameOf) => `holds ${nameOf(parcel)}, which was packed before`,
  'in-part': ({ how, parcel, other }, nameOf) =>
    `was not ${how} as a whole: ${nameOf(parcel)} less often than ${nameOf(other)}`,
};
