/** How a proof is known and checked. */
import { defineFamily, field } from '#kernel';
import type { ProofKind } from './proof.ts';

export const proofFamily = defineFamily<ProofKind>({
  family: 'proof',
  plural: 'proofs',
  folders: ['reports/proofs'],
  define: 'defineProof',
  mark: 'read',
  fields: {
    summary: field.text,
    link: field.action,
    witness: field.maybe(field.action),
    read: field.action,
  },
  duties: async () => (await import('./duties/proof-duties.ts')).duties,
});
