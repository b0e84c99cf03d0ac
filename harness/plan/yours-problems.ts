/**
 * What of a platform that is not ours cannot be had in this plan: it stands in real time alone, and
 * its store keeps only what devices send up.
 */
import { knownHint, type Plan, type Problem } from '#kernel';

export function yoursProblems(plan: Plan): Problem[] {
  return [...gearProblems(plan), ...keptProblems(plan)];
}

function gearProblems({ gear, hooks }: Plan): Problem[] {
  if (gear === 'real' || hooks === undefined) return [];
  const path = hooks.before.length > 0 ? 'before' : 'after';
  return [
    {
      code: 'gear',
      path,
      message: `${path} is a command of this machine, and the sim gear stands in virtual time`,
      hint: 'run it with --gear real',
    },
  ];
}

function keptProblems({ streams, target }: Plan): Problem[] {
  const { store } = target;
  if (store === undefined) return [];
  const path = `target.store.${store.kind}.streams`;
  const sent = streams.filter(({ way, schedule }) => way === 'up' && schedule.by !== 'attempt');
  const names = sent.map(({ name }) => name);
  return store.streams
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: 'store',
      path,
      message: `no device sends a stream '${name}' that a store could keep`,
      ...knownHint(name, names),
    }));
}
