/**
 * What proofs share that go by the truth in the ledger: of their targets nearly all must have told
 * something else than there was, at least once while the fault acted.
 */
import type { DeclaredOp, LedgerEntry } from '#kernel';
import { type Answer, defineProof, no, type ProofKind, unseen, yes } from '../proof.ts';
import { formatCount, plural } from '../wording.ts';
import { isWithin } from './probe-sightings.ts';

/** Of the targets, so many must have told something else. */
const WRONG_SHARE = 0.95;

interface Own {
  kind: string;
  summary: string;
  op: DeclaredOp;
  /** What was told, and what there was. */
  isWrong(entry: LedgerEntry): boolean;
  /** `who`: so many of so many targets. */
  say(who: string): string;
}

export const defineToldWrongly = ({ kind, summary, op, isWrong, say }: Own): ProofKind =>
  defineProof({
    kind,
    summary,
    link: () => ({}),
    witness: ({ windowsOn }) => {
      const wrongly = new Map<number, boolean>();
      return {
        ops: [op],
        step: (entry) => {
          const { device, t } = entry;
          if (!windowsOn(device).some((window) => isWithin(t, window))) return;
          wrongly.set(device, wrongly.get(device) === true || isWrong(entry));
        },
        end: () => ({
          said: wrongly.size,
          wrongly: [...wrongly.values()].filter((one) => one).length,
        }),
      };
    },
    read: ({ counted }): Answer[] => {
      const [struck, wrong] = [counted('said'), counted('wrongly')];
      if (struck === 0) return [unseen('none of its targets took a reading meanwhile')];
      const text = say(`${formatCount(wrong)} of ${plural(struck, 'target')}`);
      return [wrong >= struck * WRONG_SHARE ? yes(text) : no(text)];
    },
  });
