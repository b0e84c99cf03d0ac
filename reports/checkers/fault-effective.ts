/**
 * X1: every fault proves that it happened. A run whose fault did nothing has shown nothing about
 * resilience, so it is invalid, however green the rest is. Whether a fault happened is the judge's
 * account, by the proof that its plan names; here it becomes evidence.
 */
import { defineChecker } from '../checker.ts';
import { addEvidence, EvidenceBook, noEvidence } from '../judging/evidence.ts';
import { finding, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'fault-effective',
  title: 'Every fault happened',
  refs: ['X1'],
  summary: 'Probes and devices saw the effect that each fault promises.',
  judges: 'always',
  broken: 'invalid',
  params: {},
  applies: (plan) => plan.faults.length > 0,
  start: () => ({ ops: [], end: noEvidence }),
  conclude: (merged, { timeline, effects }) => {
    const book = new EvidenceBook();
    // What is drawn over a fleet may hit one where nothing comes of it, such as a heater in summer.
    const happened = new Set(
      timeline.faults.flatMap(({ id, plan }) =>
        plan.drawnBy !== undefined && effects.get(id)?.effective === true ? plan.drawnBy : [],
      ),
    );
    for (const fault of timeline.faults) {
      const effect = effects.get(fault.id);
      const isLatent = fault.injected && happened.has(fault.plan.drawnBy ?? '');
      if (effect?.effective === false && isLatent) continue;
      if (effect === undefined || effect.effective === null) {
        book.doubt(`the effect of ${fault.id}`);
      } else if (effect.effective) book.kept();
      else {
        const { evidence } = effect;
        const from = fault.injected ? fault.from : fault.plan.from * 1000;
        // Such as why it could not be injected, in the words of the hand that failed.
        const until = fault.to ?? Number.POSITIVE_INFINITY;
        const noted = timeline.notes
          .filter(({ t }) => t >= from && t <= until)
          .slice(0, NOTES_MOST);
        const why = noted[0] === undefined ? evidence : `${noted[0].text}; ${evidence}`;
        const text = `the fault ${fault.id} (${fault.plan.fault}) had no effect: ${why}`;
        const what = fault.injected ? 'injected' : 'was due';
        book.broken(() =>
          finding(text, [], from, [
            { t: ms(from), who: `fault ${fault.id}`, what },
            ...noted.map(({ t, text: what }) => ({ t: ms(t), who: 'harness', what })),
            { t: ms(from), who: 'probe', what: evidence },
          ]),
        );
      }
    }
    return addEvidence(merged, book);
  },
  say: ({ obligations, decided, findingCount }) =>
    findingCount > 0
      ? `${plural(findingCount, 'fault')} of ${obligations} had no effect.`
      : `${decided} of ${plural(obligations, 'fault')} proved ${decided === 1 ? 'its' : 'their'} effect.`,
});

/** Of what was noted while the fault was due. */
const NOTES_MOST = 3;
