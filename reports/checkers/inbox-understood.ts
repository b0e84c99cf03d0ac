/**
 * What comes to an inbox is of a rule and a device of the run, in a form that can be read: else an
 * alarm may be raised and nobody hears of it, or somebody is called out for what is not there.
 */
import { inboxOf } from '#kernel';
import { defineChecker } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { sayRefusals } from '../judging/refusals.ts';
import { finding } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

const REFUSED = 'refused ';
const DEAF = 'not all that came was heard';

interface AtLarge {
  inbox: {
    strange: readonly { why: string; says: string; t: number }[];
    deaf: string | null;
    understood: number;
    refusals: readonly { status: number; times: number }[];
  };
}

export default defineChecker({
  kind: 'inbox-understood',
  title: 'Alarms can be understood',
  refs: ['R1'],
  summary: 'What comes to the inbox can be read, and is of a rule and a device that there are.',
  judges: 'always',
  workflow: 'inbox',
  broken: 'fail',
  params: {},
  asks: ['rules/fleet'],
  applies: (plan) => inboxOf(plan) !== null,
  start: () => {
    const book = new EvidenceBook();
    return {
      ops: ['inbox/told', 'inbox/deaf'],
      step: ({ op }) => {
        if ((op as string) === 'inbox/told') book.kept();
        else book.doubt(DEAF);
      },
      end: () => book.close(),
    };
  },
  conclude: (merged, { of }) => {
    const { inbox }: AtLarge = of('rules/fleet');
    const { strange, deaf, understood, refusals } = inbox;
    const book = new EvidenceBook();
    if (understood > 0) book.kept(understood);
    if (deaf !== null) book.doubt(DEAF);
    // Whose they were nobody knows: they may be of a stranger.
    for (const { status, times } of refusals) book.figure(`${REFUSED}${status}`, times);
    for (const { why, says, t } of strange) {
      book.broken(() => finding(`a message in the inbox: ${why}: ${says}`, [], t, []));
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount, figures }) => {
    const refused = Object.entries(figures)
      .filter(([name]) => name.startsWith(REFUSED))
      .map(([name, times]) => ({ status: Number(name.slice(REFUSED.length)), times }));
    const said =
      findingCount === 0
        ? `All ${plural(decided, 'message')} in the inbox were understood.`
        : `${formatCount(findingCount)} of ${plural(decided, 'message')} are of nothing there is.`;
    return refused.length === 0 ? said : `${said} Calls refused: ${sayRefusals(refused)}.`;
  },
});
