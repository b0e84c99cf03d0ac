/**
 * Each stage of a template reaches the twins of all its devices, and at the end what is desired of
 * a device is what its templates say beneath what is desired of it alone.
 */
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'template-kept',
  title: 'Templates lie beneath what is desired',
  refs: ['T3', 'T5'],
  summary: 'A template reaches all its twins, and goes over nothing that is desired of one alone.',
  judges: 'always',
  workflow: 'template',
  broken: 'fail',
  params: {},
  asks: ['template', 'twin'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `What is desired of ${plural(decided, 'device')} is what templates and operators asked for.`
      : `Of ${plural(findingCount, 'device')} of ${decided} something else is desired.`,
});

/** A twin keeps no longer history. */
const HISTORY_MAX = 100;

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const templates = of('template');
  const twins = of('twin');
  const book = new EvidenceBook();
  const judge = (device: number): void => {
    if (templates.names().length === 0) return;
    const read = templates.read(device);
    if (read === null) return book.doubt('what it was given was not read');
    const id = deviceName(plan, device);
    const says = { t: ms(read.t), who: 'target', what: `says version ${read.version}` };
    const [lost] = templates.missing(device);
    if (lost !== undefined && read.version > HISTORY_MAX) {
      return book.doubt('its history does not reach back so far');
    }
    if (lost !== undefined) {
      const { template, stage, t } = lost;
      return book.broken(() =>
        finding(`stage ${stage} of the template ${template} never came to ${id}`, [id], read.t, [
          { t: ms(Math.min(t, read.t)), who: 'target', what: `accepts stage ${stage}` },
          says,
        ]),
      );
    }
    const wrong = twins.differs(device, read);
    if (wrong === null) return book.doubt('what is desired at that version is not known');
    const [first] = wrong;
    if (first === undefined) return book.kept();
    const { name, is, should } = first;
    const amiss = `desires ${name} ${is}; by templates and writers it is ${should}`;
    book.broken(() => finding(`the twin of ${id} ${amiss}`, [id], read.t, [says]));
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device);
      return book.close();
    },
  };
}
