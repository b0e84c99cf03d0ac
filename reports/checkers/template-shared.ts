/**
 * A template that is for a share of its devices goes to about that share of them, at each stage:
 * neither to all at once nor to nobody.
 */
import { defineChecker, type Evidence, type LaneContext, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'template-shared',
  title: 'A template goes to its share',
  refs: ['T5'],
  summary: 'Of many devices about the share has a template for which it is meant.',
  judges: 'always',
  workflow: 'template',
  broken: 'fail',
  params: {},
  asks: ['template', 'template/fleet'],
  applies: () => true,
  start: (context) => fold(context),
  conclude: (merged, { of }) => {
    const book = new EvidenceBook();
    const asked = of('template/fleet');
    const counted = (what: string, template: string, stage: number): number =>
      merged.figures[figureOf(what, template, stage)] ?? 0;
    for (const template of asked.names()) {
      for (const { stage, permille, answeredAt } of asked.stagesOf(template).accepted()) {
        const are = counted(ARE, template, stage);
        if (are === 0) continue;
        if (are < FEW) {
          book.notOwed('a stage of a template that is of few devices');
          continue;
        }
        const have = counted(HAVE, template, stage);
        if (isAbout(have, are, permille / 1000)) {
          book.kept();
          continue;
        }
        const meant = `${formatCount(have)} of ${are} devices have stage ${stage} of ${template}`;
        const message = `${meant}, which is for ${permille / 10} %`;
        const what = `accepts stage ${stage} for ${permille / 10} %`;
        const witness = [{ t: ms(answeredAt), who: 'target', what }];
        book.broken(() => finding(message, [], answeredAt, witness));
      }
    }
    return addEvidence(withoutCounts(merged), book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'stage')} of templates went to about their share.`
      : `${formatCount(findingCount)} of ${plural(decided, 'stage')} went to another share.`,
});

/** Of fewer, a share says nothing. */
const FEW = 20;
const ARE = 'devices of';
const HAVE = 'devices with';
const figureOf = (what: string, template: string, stage: number): string =>
  `${what} ${template}, stage ${stage}`;

/** Further off by chance than that comes once in a million stages. */
const isAbout = (have: number, are: number, share: number): boolean =>
  Math.abs(have - are * share) <= 5 * Math.sqrt(are * share * (1 - share)) + 1;

/** They have done their duty. */
const withoutCounts = (merged: Evidence): Evidence => ({
  ...merged,
  figures: Object.fromEntries(
    Object.entries(merged.figures).filter(
      ([name]) => !name.startsWith(ARE) && !name.startsWith(HAVE),
    ),
  ),
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const templates = of('template');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const { template, stage, has, known } of templates.steps(device)) {
          if (known === null || !isIn(known.of, deviceName(plan, device))) continue;
          book.figure(figureOf(ARE, template, stage));
          if (has) book.figure(figureOf(HAVE, template, stage));
        }
      }
      return book.close();
    },
  };
}

const isIn = (of: string, id: string): boolean => of === '' || `${id}/`.startsWith(`${of}/`);
