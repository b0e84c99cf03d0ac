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
    const more = again === 0 ? '' : `; ${plural(again, 'command')} had waited for one`;
    return `${ways} of commands, ${formatCount(other)} by another gateway${more}.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['routes']['of']>>;
type Sent = Story['sent'][number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const routes = of('routes');
  const book = new EvidenceBook();
  const judgeSent = (story: Story, { key, t, via, due, came }: Sent): void => {
    const by = sayBy(plan, story, via);
    if (due === null) book.notOwed('either gateway may do');
    else if (by === null) book.doubt('the target does not say by which gateway');
    else if (by === BY[due]) book.kept();
    else {
      const what = `was sent by ${by}, and ${BY[due]} was the one that heard it`;
      book.broken(() => told(plan, story, { key, t, what }));
    }
    if (due === 'other' && by === BY.other) book.figure('other');
    if (came === true) book.kept();
    if (came !== false) return;
    const what = `was sent by ${by}, which was there, and did not come in time`;
    book.broken(() => told(plan, story, { key, t, what }));
  };
  const judge = (story: Story): void => {
    for (const one of story.sent) judgeSent(story, one);
    for (const { key, heardAt, until, isSent, isDecided } of story.waiting) {
      if (isSent) {
        book.kept();
        book.figure('again');
      } else if (!isDecided) book.doubt('its way was not clear for long enough');
      else {
        const what = `was not sent by ${BY.other}, which heard it at ${inSeconds(heardAt)}`;
        book.broken(() => told(plan, story, { key, t: until, what }));
      }
    }
    for (const { key, name, t } of story.undone) {
      const what = `came late and undid a newer one of ${name}`;
      book.also(() => told(plan, story, { key, t, what }));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = routes.of(device);
        if (story === null) continue;
        if (routes.isWhole) judge(story);
        else book.doubt('what was sent could not be read to its end');
      }
      return book.close();
    },
  };
}

const BY = { own: 'its own gateway', other: 'the other gateway' } as const;
const NEITHER = 'none of its gateways';

/** Null where nobody says. */
function sayBy(plan: Plan, { own, other }: Story, via: string | null): string | null {
  if (via === null) return null;
  if (via === plan.devices[own]?.id) return BY.own;
  return via === plan.devices[other]?.id ? BY.other : NEITHER;
}

function told(
  plan: Plan,
  { child, own, other }: Story,
  { key, t, what }: { key: string; t: number; what: string },
): Finding {
  const who = deviceName(plan, child);
  return finding(`the command ${key} of ${who} ${what}`, [who], t, [
    { t: ms(t), who: deviceName(plan, own), what: 'is its own gateway' },
    { t: ms(t), who: deviceName(plan, other), what: 'is the other one' },
  ]);
}
