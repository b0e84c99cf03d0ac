/**
 * T2: versions count. Each accepted change gets one of its own, a later one a larger one; whoever
 * looks again sees no smaller one; and who says from which version he made a change is accepted on
 * top of exactly that one, and refused only where another came before.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type Change = ReturnType<Oracles['twin']['accepted']>[number];
type Story = ReturnType<Oracles['twin']['of']>;

export default defineChecker({
  kind: 'twin-versions',
  title: 'Versions of twins count',
  refs: ['T2', 'T3'],
  summary: 'Each change of a twin has a version of its own, and comes on top of what it names.',
  judges: 'always',
  workflow: 'twin',
  broken: 'fail',
  params: {},
  asks: ['template', 'twin'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `The versions of all ${plural(decided, 'answer')} were in order.`
      : `${formatCount(findingCount)} of ${plural(decided, 'answer')} had a wrong version.`,
});

const CONFLICT = 409;

/** What is wrong with the version of one answer; null where nothing is. */
type Wrong = string | null;

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const twins = of('twin');
  const templates = of('template');
  const book = new EvidenceBook();
  const note = (device: number, wrong: Wrong, at: number, from: number): void => {
    if (wrong === null) return book.kept();
    const id = deviceName(plan, device);
    book.broken(() =>
      finding(`the twin of ${id}: ${wrong}`, [id], at, [
        { t: ms(from), who: 'writer', what: 'asks' },
        { t: ms(at), who: 'target', what: wrong },
      ]),
    );
  };
  const judge = (device: number): void => {
    const story = twins.of(device);
    const accepted = twins.accepted(device);
    accepted.forEach((change, at) => {
      const wrong = doubled(change, accepted[at - 1]) ?? unlocked(change) ?? early(accepted, at);
      note(device, wrong, Math.min(change.answeredAt, Number.MAX_SAFE_INTEGER), change.askedAt);
    });
    // What came with a template may have been faster, too, also where nobody can tell that it came.
    const all = [...story.changes, ...accepted.filter(({ given }) => given !== undefined)];
    for (const change of story.changes) {
      // Where reports count, one may have been faster.
      if (change.status !== CONFLICT || twins.countsReports) continue;
      const { from, askedAt, answeredAt } = change;
      const isOpen = templates.mayHaveCome(device, from, answeredAt);
      note(device, isOpen ? null : unjust(change, all), answeredAt, askedAt);
    }
    for (const { t, wrong } of backward(story)) note(device, wrong, t, t);
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device);
      return book.close();
    },
  };
}

const doubled = ({ version }: Change, before: Change | undefined): Wrong =>
  version === before?.version ? `two changes got the version ${version}` : null;

const unlocked = ({ from, version }: Change): Wrong =>
  from >= 0 && version !== from + 1
    ? `a change made from version ${from} was accepted as ${version}`
    : null;

/** One with a smaller version was asked for after this one had been answered. */
function early(accepted: readonly Change[], at: number): Wrong {
  const change = accepted[at];
  const later = accepted.slice(0, at).find(({ askedAt }) => askedAt > (change?.answeredAt ?? 0));
  if (change === undefined || later === undefined) return null;
  return `version ${later.version} came after version ${change.version}`;
}

/** Nobody can have been faster. */
function unjust(refused: Change, changes: readonly Change[]): Wrong {
  const others = changes.filter(
    (one) => one !== refused && one.outcome !== 'refused' && one.askedAt <= refused.answeredAt,
  );
  const came = others.some(
    ({ outcome, version }) => outcome === 'unknown' || version > refused.from,
  );
  return came ? null : `a change made from version ${refused.from} was refused, and none had come`;
}

/** What each writer got to see, in order: it never goes back. */
function backward({ seen }: Story): { t: number; wrong: Wrong }[] {
  const latest = new Map<number, number>();
  return seen.flatMap(({ t, version, writer, isRead }) => {
    const before = latest.get(writer) ?? 0;
    latest.set(writer, Math.max(before, version));
    if (!isRead) return [];
    const wrong = version < before ? `version ${version} was shown after ${before}` : null;
    return [{ t, wrong }];
  });
}
