/** TEST ONLY. The proofs of the product, read from their folder as the catalog reads them. */
import { readdirSync } from 'node:fs';
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
