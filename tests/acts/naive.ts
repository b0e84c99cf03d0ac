/**
 * What should be decided, said as plainly as can be: of each alarm that is new, each of its acts by
 * name, with everything that was done before kept in one list and looked through each time.
 */
import { type ActPlan, aimsOf } from '#kernel';
import type { Lived } from './life.ts';

interface Done {
  act: ActPlan;
  subject: string;
  now: number;
}

export function decidedBy({ acts, told }: Pick<Lived, 'acts' | 'told'>) {
  const known = new Set<string>();
  const done: Done[] = [];
  const decided: object[] = [];
  let isOn = true;
  for (const one of told) {
    if (one.is === 'switch') {
      isOn = one.on;
      continue;
    }
    for (const act of acts) {
      const { subject, at, now } = one;
      const key = `${act.name} ${subject} ${at}`;
      if (act.rule !== one.rule || act.on !== one.on || known.has(key)) continue;
      known.add(key);
      const [why, by] = isOn ? heldBy(act, subject, now, done) : ['stopped', ''];
      if (why === '') done.push({ act, subject, now });
      decided.push({ act: act.name, subject, at, done: why === '', why, by });
    }
  }
  return decided;
}

function heldBy(
  act: ActPlan,
  subject: string,
  now: number,
  done: readonly Done[],
): [why: string, by: string] {
  const { deadMs, most, overMs, fleetMost, fleetOverMs } = act.guard;
  const forIt = done.filter((one) => one.subject === subject);
  const against = forIt.filter(
    (one) =>
      one.act !== act &&
      now - one.now < one.act.guard.deadMs &&
      [...aimsOf(act.does)].some(([name, value]) => {
        const other = aimsOf(one.act.does).get(name);
        return other !== undefined && other !== value;
      }),
  );
  const keeper = against.at(-1);
  if (keeper !== undefined) return ['conflict', keeper.act.name];
  const own = forIt.filter((one) => one.act === act);
  const within = (list: readonly Done[], span: number): number =>
    list.filter((one) => now - one.now < span).length;
  if (within(own, deadMs) > 0) return ['dead time', ''];
  if (most > 0 && within(own, overMs) >= most) return ['rate', ''];
  const all = done.filter((one) => one.act === act);
  if (fleetMost > 0 && within(all, fleetOverMs) >= fleetMost) return ['fleet rate', ''];
  return ['', ''];
}
