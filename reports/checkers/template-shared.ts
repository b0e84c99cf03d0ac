/**
 * A template that is for a share of its devices goes to about that share of them, at each stage:
 * neither to all at once nor to nobody.
 */
import { isOf, type Plan } from '#kernel';
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
  asks: ['template'],
  applies: someShareTells,
  start: (context) => fold(context),
  conclude: (merged) => {
    const book = new EvidenceBook();
    for (const [name, are] of Object.entries(merged.figures)) {
      const [, stage = ''] = COUNTED.exec(name) ?? [];
      if (stage === '') continue;
      judge(book, stage, are, merged.figures[figureOf(HAVE, stage)] ?? 0);
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
/** What is counted over the lanes is called after all that is to be known of the stage. */
const COUNTED = /^devices of (.*)$/;
const figureOf = (what: string, stage: string): string => `${what} ${stage}`;

interface Stage {
  template: string;
  stage: number;
  permille: number;
  /** Microseconds. */
  answeredAt: number;
}

function judge(book: EvidenceBook, text: string, are: number, have: number): void {
  const { template, stage, permille, answeredAt } = JSON.parse(text) as Stage;
  if (are < FEW) return book.notOwed('a stage of a template that is of few devices');
  const share = permille / 1000;
  const bound = boundOf(are, share);
  if (isTooWide(are, share)) {
    return book.notOwed('a stage of a template whose share is too wide for so few devices');
  }
  if (Math.abs(have - are * share) <= bound) return book.kept();
  const meantFor = `${permille / 10} %`;
  const meant = `${formatCount(have)} of ${are} devices have stage ${stage} of ${template}`;
  const witness = [
    { t: ms(answeredAt), who: 'target', what: `accepts stage ${stage} for ${meantFor}` },
  ];
  book.broken(() => finding(`${meant}, which is for ${meantFor}`, [], answeredAt, witness));
}

/** Further off than that by chance comes once in a million stages. */
const boundOf = (are: number, share: number): number =>
  5 * Math.sqrt(are * share * (1 - share)) + 1;

/** Where neither all nor nobody would be too far off, nothing can be. */
const isTooWide = (are: number, share: number): boolean =>
  boundOf(are, share) >= are * Math.max(share, 1 - share);

/** Whether any stage that is planned is of so many devices that its share says something. */
function someShareTells({ workflows, devices }: Plan): boolean {
  return workflows.some(({ workflow, resolved }) => {
    if (workflow !== 'template') return false;
    const { of = '', stages } = (resolved ?? {}) as Partial<Planned>;
    if (stages === undefined) return true;
    const are = devices.filter(({ id }) => isOf(of, id)).length;
    return are >= FEW && stages.some(({ permille }) => !isTooWide(are, permille / 1000));
  });
}

/** What the workflow says of itself. */
interface Planned {
  of: string;
  stages: readonly { permille: number }[];
}

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
          if (known === null || known.status !== OK) continue;
          if (!isOf(known.of, deviceName(plan, device))) continue;
          const { permille, answeredAt } = known;
          const counted: Stage = { template, stage, permille, answeredAt };
          book.figure(figureOf(ARE, JSON.stringify(counted)));
          if (has) book.figure(figureOf(HAVE, JSON.stringify(counted)));
        }
      }
      return book.close();
    },
  };
}

const OK = 200;
