/** What a gateway reads of a device, in its registers or its resources, is what that had. */
import { isReadOn, type Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-reads-true',
  title: 'Gateways read what devices mean',
  refs: [],
  summary: 'What a gateway reads of a device is what the device had put there, but for rounding.',
  judges: 'always',
  part: 'gateway',
  broken: 'fail',
  params: {},
  asks: ['readings'],
  applies: ({ entries }) =>
    entries.some(({ parts }) =>
      parts.some(({ kind, params }) => kind === 'gateway' && isReadOn(params.bus)),
    ),
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `${formatCount(decided)} values were read as they were meant.`
      : `${plural(findingCount, 'value')} of ${formatCount(decided)} were misread.`,
});

type Story = ReturnType<Oracles['readings']['of']>[number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const readings = of('readings');
  const book = new EvidenceBook();
  const accuse = ({ child, gateway }: Story, mistake: Story['mistakes'][number]): void =>
    book.also(() => {
      const { t, n, signal, meant, read } = mistake;
      const [who, by] = [deviceName(plan, child), deviceName(plan, gateway)];
      const had = meant === null ? 'had no such reading' : `had ${meant}`;
      const message = `${by}: read ${signal} ${read} of ${who}, reading ${n}, which ${had}`;
      const named = gateway < child ? [by, who] : [who, by];
      return finding(`${message}, at ${inSeconds(t)}`, named, t, [
        { t: ms(t), who: by, what: `read ${signal} ${read} of ${who}` },
      ]);
    });
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const story of readings.of(device)) {
          book.kept(story.values);
          if (story.cut > 0) book.doubt('it says more than the ledger holds of it', story.cut);
          for (const mistake of story.mistakes) accuse(story, mistake);
        }
      }
      return book.close();
    },
  };
}
