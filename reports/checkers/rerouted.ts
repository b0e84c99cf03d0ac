/**
 * A command of a platform goes by the gateway through which its device speaks: while the device's
 * own is away by the other one, within the time in which it would be sent again, and by its own
 * when that is back. None that comes by the slower way undoes a newer one.
 */
import { actsOf, type Plan } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'rerouted',
  title: 'Commands take the way that is there',
  refs: ['R1', 'GW1'],
  summary:
    'While its own gateway is away, a device is commanded by the one that it speaks through.',
  judges: 'always',
  workflow: 'acts',
  entry: 'fallBack',
  broken: 'fail',
  params: {},
  asks: ['routes'],
  applies: (plan: Plan) =>
    plan.devices.some(({ fallBack }) => fallBack !== undefined) &&
    actsOf(plan).some(({ does }) => 'command' in does),
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const ways = plural(decided, 'way');
    if (findingCount > 0) return `${plural(findingCount, 'mistake')} in ${ways} of commands.`;
    const [other, again] = [figures.other ?? 0, figures.again ?? 0];
    const waited = again === 0 ? '' : `, ${formatCount(again)} of them after its own had not`;
    return `${ways} of commands as they should be: ${formatCount(other)} by another gateway${waited}.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['routes']['of']>>;

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const routes = of('routes');
  const book = new EvidenceBook();
  const judge = (story: Story): void => {
    const name = (device: number): string => deviceName(plan, device);
    const at = (t: number, what: string): Finding => told(plan, story, t, what);
    for (const one of story.sent) {
      const { key, t, via, due } = one;
      const gateway = due === null ? null : story[due];
      if (gateway === null) book.notOwed('either gateway may do');
      else if (via === null) book.doubt('the target does not say by which gateway');
      else if (via === plan.devices[gateway]?.id) {
        book.kept();
        if (due === 'other') book.figure('other');
      } else {
        const what = `${key} was sent by ${via}, and its device spoke through ${name(gateway)}`;
        book.broken(() => at(t, what));
      }
      judgeComing(one, (what) => at(t, what));
    }
    for (const { key, heardAt, until, isSent, isDecided } of story.waiting) {
      if (isSent) {
        book.kept();
        book.figure('again');
      } else if (!isDecided) book.doubt('its way was not clear for long enough');
      else {
        const since = `which had brought a reading at ${inSeconds(heardAt)}`;
        const what = `${key} was not sent by ${name(story.other)}, ${since}`;
        book.broken(() => at(until, what));
      }
    }
    for (const { key, name: command, t } of story.undone) {
      book.also(() => at(t, `${key} came late and undid a newer ${command}`));
    }
  };
  const judgeComing = (
    { key, via, came }: Story['sent'][number],
    tell: (what: string) => Finding,
  ): void => {
    if (came === true) book.kept();
    if (came !== false) return;
    book.broken(() => tell(`${key} was sent by ${via}, and never came in time`));
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = routes.of(device);
        if (story === null) continue;
        if (routes.isWhole) judge(story);
        else book.doubt('not all that was sent could be read');
      }
      return book.close();
    },
  };
}

function told(plan: Plan, { child, own, other }: Story, t: number, message: string): Finding {
  const about = [child, own, other].sort((a, b) => a - b).map((one) => deviceName(plan, one));
  return finding(message, about, t, [
    { t: ms(t), who: deviceName(plan, own), what: 'is its own gateway' },
    { t: ms(t), who: deviceName(plan, other), what: 'is the other one' },
  ]);
}
