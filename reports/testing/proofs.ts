/** TEST ONLY. The proofs of the product, read from their folder as the catalog reads them. */
import { readdirSync } from 'node:fs';
import type { FaultPlan } from '#kernel';
import { type LinkProperties, UNTOUCHED } from '../link.ts';
import type { ProofKind } from '../proof.ts';

const folder = new URL('../proofs/', import.meta.url);

export const PROOFS: readonly ProofKind[] = await Promise.all(
  readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .sort()
    .map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { default: ProofKind };
      return module.default;
    }),
);

/** What the proof that a fault names states of links. */
export function statedLink(fault: FaultPlan): LinkProperties {
  const proof = PROOFS.find(({ kind }) => kind === fault.proof.kind);
  if (proof === undefined) throw new Error(`there is no proof '${fault.proof.kind}'`);
  return { ...UNTOUCHED, ...proof.link(fault) };
}
