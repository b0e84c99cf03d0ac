/**
 * Whoever puts several messages into one packet needs a target that is spoken to in a dialect with
 * a form for that: in any other, nobody could read them.
 */
import { partFamily } from '#devices';
import { type Catalog, type EntryPlan, inNameOf, type Problem, type TargetPlan } from '#kernel';
import { dialectFamily } from '../dialects/dialect-family.ts';

type Spoken = Pick<TargetPlan, 'dialect'>;

export function packetProblems(
  { entries, target: { dialect } }: { entries: readonly EntryPlan[]; target: Spoken },
  catalog: Catalog,
): Problem[] {
  const dialects = catalog.of(dialectFamily);
  if (dialects.get(dialect)?.packs === true) return [];
  const packing = [...dialects.values()].filter(({ packs }) => packs === true);
  const known = packing.map(({ kind }) => kind).join(', ');
  return entries.flatMap(({ id, parts }, index) =>
    parts.flatMap(({ kind, params }): Problem[] => {
      const part = catalog.of(partFamily).get(kind);
      const packs = inNameOf(`the part ${kind}`, 'packs', () => part?.packs?.(params));
      if (packs !== true) return [];
      const says = `${id} puts several messages into one packet by its part ${kind}`;
      const message = `${says}, and the dialect ${dialect} has no form for that`;
      const hint = `leave that out, or speak to the target in ${known}`;
      return [{ code: 'no-packets', path: `fleet[${index}].parts`, message, hint }];
    }),
  );
}
