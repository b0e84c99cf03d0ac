/**
 * Client ids of a template of the author's own that are longer than the target takes. Without a
 * template every name has one that fits (targets/credentials.ts).
 */
import { heldTo, type Plan, type Problem } from '#kernel';

/** The name of a run, as it stands in topics and client ids of the real gear. */
const RUN_LENGTH = 10;

export function clientIdProblems(plan: Pick<Plan, 'devices' | 'target'>): Problem[] {
  const { clientId, name } = plan.target;
  if (clientId === null) return [];
  const { clientIdLength } = heldTo(plan);
  const run = 'r'.repeat(RUN_LENGTH);
  const lengthOf = (id: string): number =>
    clientId.replaceAll('{run}', run).replaceAll('{device}', id).length;
  const long = plan.devices.find(({ id }) => lengthOf(id) > clientIdLength);
  if (long === undefined) return [];
  const has = `has ${lengthOf(long.id)} characters, and ${name} takes ${clientIdLength}`;
  return [
    {
      code: 'client-id',
      path: 'target.client-id',
      message: `the client id of ${long.id} ${has}`,
      hint: 'shorten it, or leave client-id out: names that are too long then get a short one',
    },
  ];
}
