/**
 * While two firmwares are about, whoever was written for one of them reads what the other says, as
 * far as the campaign promised it. Judged by two readers that were shown every payload.
 */
import { firmwareOf, type LedgerEntry } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'schema-kept',
  title: 'Readings can be read throughout a roll-out',
  refs: [],
  summary: 'An old and a new reader find in every reading what they need.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: [],
  applies: (plan) => firmwareOf(plan).some(({ readers }) => readers !== undefined),
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const looks = plural(decided, 'look');
    const spared = figures.spared ?? 0;
    const also = spared === 0 ? '' : ` ${formatCount(spared)} were not promised.`;
    return findingCount === 0
      ? `${looks} at readings by an old and a new reader found all that they needed.${also}`
      : `${formatCount(findingCount)} of ${looks} at readings found less than was needed.${also}`;
  },
});

const WRITTEN_FOR = { old: 'the firmware before', new: 'the new firmware' } as const;

function fold({ plan }: LaneContext): LaneFold {
  const book = new EvidenceBook();
  /** Of a device, those that are told one by one. */
  const told = new Map<number, number>();
  const step = (entry: LedgerEntry): void => {
    if (entry.op === 'ota/misread') {
      const { t, device, stream, n, reader, schema, why } = entry;
      told.set(device, (told.get(device) ?? 0) + 1);
      const id = deviceName(plan, device);
      const noun = messageNoun(plan, Number(stream), Number(n));
      const who = `the reader for ${WRITTEN_FOR[reader === 'old' ? 'old' : 'new']}`;
      const what = `${id}, ${noun} of schema ${schema}: ${why}, which ${who} needs`;
      const seen = [{ t: ms(t), who: 'observer', what: `is handed ${noun}` }];
      book.broken(() => finding(`${what}, at ${inSeconds(t)}`, [id], t, seen));
    }
    if (entry.op === 'ota/readings') {
      const { t, device, owed, spared, misread } = entry;
      book.kept(Number(owed) - Number(misread));
      if (Number(spared) > 0) book.figure('spared', Number(spared));
      const id = deviceName(plan, device);
      const more = Number(misread) - (told.get(device) ?? 0);
      const make = (): Finding => finding(`${id}: and ${plural(more, 'more look')}`, [id], t, []);
      for (let k = 0; k < more; k++) book.broken(make);
    }
  };
  return { ops: ['ota/misread', 'ota/readings'], step, end: () => book.close() };
}
