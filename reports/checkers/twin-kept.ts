/**
 * Nothing that was accepted is lost: at the end what is desired of a device is what the accepted
 * changes make of it, one upon the other, and nothing else.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'twin-kept',
  title: 'What is desired is kept',
  refs: ['T3'],
  summary: 'What is desired at the end is what the accepted changes make of it.',
  judges: 'always',
  workflow: 'twin',
  broken: 'fail',
  params: {},
  asks: ['twin'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `What is desired of ${plural(decided, 'device')} is what was asked for.`
      : `Of ${plural(findingCount, 'device')} of ${decided} something else is desired.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const twins = of('twin');
  const book = new EvidenceBook();
  const judge = (device: number): void => {
    const { changes, isLookedUp, read } = twins.of(device);
    if (changes.length === 0) return;
    if (read === null) return book.doubt('the documents were not read');
    const open = changes.some(({ outcome }) => outcome === 'unknown');
    // What was answered after the read may not have been made when that was.
    const last = twins.accepted(device).findLast(({ answeredAt }) => answeredAt < read.t);
    const id = deviceName(plan, device);
    const says = { t: ms(read.t), who: 'target', what: `says version ${read.version}` };
    if (last !== undefined && last.version > read.version) {
      const what = `accepts version ${last.version}`;
      const lost = `has version ${read.version} at the end, and ${last.version} was accepted`;
      return book.broken(() =>
        finding(`the twin of ${id} ${lost}`, [id], read.t, [
          { t: ms(Math.min(last.answeredAt, read.t)), who: 'target', what },
          says,
        ]),
      );
    }
    const wrong = twins.misKept(device);
    if (wrong === null) {
      return book.doubt(
        open && !isLookedUp
          ? 'of a change nobody knows whether it was made'
          : 'its versions do not tell which changes were made',
      );
    }
    const [first] = wrong;
    if (first === undefined) return book.kept();
    book.broken(() =>
      finding(
        `the twin of ${id} desires ${first.name} ${first.is}; asked for was ${first.should}`,
        [id],
        read.t,
        [...lastAbout(twins.accepted(device), first.name), says],
      ),
    );
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device);
      return book.close();
    },
  };
}

/** The last change that touched it. */
function lastAbout(accepted: ReturnType<Oracles['twin']['accepted']>, name: string) {
  const last = accepted.findLast(({ patch }) => Object.hasOwn(Object(patch), name));
  if (last === undefined) return [];
  const what = `asks for ${JSON.stringify(last.patch)}, which is version ${last.version}`;
  const who =
    last.given === undefined ? `writer ${last.writer}` : `template ${last.given.template}`;
  return [{ t: ms(last.askedAt), who, what }];
}
