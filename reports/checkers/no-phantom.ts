/**
 * M4: whatever arrives was sent, and its bytes are the ones that were sent. A message from nobody
 * or a changed byte is worse than a loss: it would be believed.
 */
import { GOT_BY, type LedgerEntryOf, streamOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { aMessage, deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import { formatCount, legibleLine, plural } from '../wording.ts';

const WHERE: Readonly<Record<string, string>> = {
  observed: 'seen by an observer',
  stored: 'found in the store',
  received: 'received by the device',
};

export default defineChecker({
  kind: 'no-phantom',
  title: 'Nothing arrives that was not sent',
  refs: ['M4'],
  summary: 'Every message that arrives was sent, byte for byte.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => plan.devices.length > 0,
  start: (context) => phantomFold(context),
  conclude: (merged, { timeline }) => {
    const { count, examples } = timeline.foreign;
    const book = new EvidenceBook();
    for (let i = 0; i < count; i++) {
      const example = examples[Math.min(i, examples.length - 1)];
      book.broken(() =>
        finding(
          `a message that is none of ours arrived at ${inSeconds(example?.t ?? 0)}: ${legibleLine(example?.text ?? '')}`,
          [],
          example?.t ?? 0,
          [{ t: ms(example?.t ?? 0), who: 'observer', what: 'got a message outside the roster' }],
        ),
      );
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${formatCount(decided)} sightings match a message that was sent, byte for byte.`
      : `${plural(findingCount, 'sighting')} of ${formatCount(decided)} match nothing that was sent.`,
});

/** What is wrong with one that nobody sent, and with bytes that nobody sent, by who would have. */
const INVENTED = { ours: 'was never sent', target: 'answers nothing that was sent' } as const;
const ALTERED = {
  ours: 'was never sent with these bytes',
  target: 'had come with other bytes before',
} as const;

type Sighting = LedgerEntryOf<'observed' | 'stored' | 'received' | 'garbled'>;

function phantomFold({ plan, of }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const connections = of('connections');
  const book = new EvidenceBook();
  const report = (entry: Sighting, what: string): void => {
    const isIllegible = entry.op === 'garbled';
    const isDevices =
      entry.op === 'received' || (entry.op === 'garbled' && entry.by === GOT_BY.device);
    const where = WHERE[isDevices ? 'received' : isIllegible ? 'observed' : entry.op] ?? 'seen';
    const noun = isIllegible
      ? aMessage(plan, entry.stream)
      : messageNoun(plan, entry.stream, entry.n);
    book.broken(() =>
      finding(
        `${deviceName(plan, entry.device)}, ${noun}, ${where} at ${inSeconds(entry.t)}, ${what}`,
        [deviceName(plan, entry.device)],
        entry.t,
        [
          {
            t: ms(entry.t),
            who: isDevices ? deviceName(plan, entry.device) : 'observer',
            what: `${noun} with the hash ${hex(entry.hash)}`,
          },
          { t: ms(entry.t), who: 'ledger', what },
        ],
      ),
    );
  };
  const originOf = ({ stream }: Sighting): 'ours' | 'target' =>
    streamOf(plan, stream)?.from === 'target' ? 'target' : 'ours';
  return {
    ops: ['observed', 'stored', 'received', 'garbled'],
    step: (entry) => {
      if (entry.op === 'garbled') {
        // What a fresh subscriber is given was told when it came first.
        const isFresh = entry.by === GOT_BY.reader || entry.by === GOT_BY.looker;
        if (!isFresh) report(entry, 'cannot be read');
        return;
      }
      if (entry.op !== 'observed' && entry.op !== 'stored' && entry.op !== 'received') return;
      const { kind, altered } = delivery.news;
      if (kind === 'will') {
        const armed = connections.of(entry.device).wills[entry.n] ?? 0;
        if (armed === 0) report(entry, 'was never armed');
        else if (armed !== entry.hash) report(entry, 'was never armed with these bytes');
        else book.kept();
      } else if (kind === 'phantom') report(entry, INVENTED[originOf(entry)]);
      else if (altered) report(entry, ALTERED[originOf(entry)]);
      else book.kept();
    },
    end: () => book.close(),
  };
}

const hex = (hash: number): string => hash.toString(16).padStart(8, '0');
