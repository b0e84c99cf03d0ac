/**
 * From what the witnesses of a fault say to whether it happened: one contradiction is enough to
 * disprove it, and to prove it at least half of those that decide anything must have been able to
 * see it.
 */
import type { Answer } from '../proof.ts';
import type { Effect } from '../result.ts';
import { formatCount } from '../wording.ts';

export function weigh(answers: readonly Answer[]): Effect {
  const contradiction = answers.find((answer) => answer.kind === 'no');
  const proofs = answers.filter((answer) => answer.kind === 'yes');
  const blind = answers.filter((answer) => answer.kind === 'unseen');
  const asides = answers.filter((answer) => answer.kind === 'aside');
  const said = contradiction ?? proofs[0] ?? blind[0];
  const more = contradiction === undefined && proofs.length > 1 ? moreWitnesses(proofs.length) : '';
  const evidence = [
    sentence(`${said?.text ?? 'nobody was there to see it'}${more}`),
    ...asides.map(({ text }) => sentence(text)),
  ].join(' ');
  if (contradiction !== undefined) return { effective: false, evidence };
  const proved = proofs.length > 0 && proofs.length >= blind.length;
  return { effective: proved ? true : null, evidence };
}

const moreWitnesses = (count: number): string =>
  count === 2 ? ', and one more witness' : `, and ${formatCount(count - 1)} more witnesses`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
