/**
 * A broker that dies for good at a random instant, which nobody planned: over clean and persistent
 * fleets, with and without a planned outage, it must never be a pass, and `target-alive` must name
 * it. Among the tries are some in which it lives, and those must not be accused.
 *
 *   node bench/killed-for-good.ts [tries=30] [seed=1] [at once=2]
 *
 * A try takes about 20 s. Exits 1 when a death passes or is not named, or a life is accused.
 */
import { randomStream } from '#kernel';
import { countOf } from './arguments.ts';
import { type KillTry, playKill, WATCHED_MS } from './killed-for-good/kill-try.ts';

const TRIES = countOf(process.argv[2], 30);
const SEED = countOf(process.argv[3], 1);
const AT_ONCE = countOf(process.argv[4], 2);
/** Before this nobody has been answered yet, and such a run ends before it begins. */
const FIRST_MS = 500;
/** One more try in which it lives for each so many in which it dies. */
const LIVES_EVERY = 6;

const random = randomStream(SEED, 'killed-for-good');
const deaths = Array.from(
  { length: TRIES },
  (_, index): KillTry => ({
    session: index % 2 === 0 ? 'clean' : 'persistent',
    outage: index % 4 >= 2,
    killAtMs: Math.round(random.between(FIRST_MS, WATCHED_MS)),
    seed: SEED + index,
  }),
);
const lives = deaths
  .filter((_, index) => index % LIVES_EVERY === 0)
  .map((death): KillTry => ({ ...death, killAtMs: null }));
const queue = [...deaths, ...lives];
let bad = 0;
const verdicts = new Map<string, number>();

await Promise.all(Array.from({ length: AT_ONCE }, work));
const told = [...verdicts].sort().map(([verdict, count]) => `${count} ${verdict}`);
process.stdout.write(
  `${deaths.length} deaths, ${lives.length} lives: ${told.join(', ')}; ${bad} judged wrongly\n`,
);
process.exit(bad === 0 ? 0 : 1);

async function work(): Promise<void> {
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const { result, said } = await playKill(one);
    const alive = result?.checkers.find(({ id }) => id === 'target-alive');
    const [found] = alive?.findings ?? [];
    const isNamed = alive?.verdict === 'fail' && /^the target was gone/.test(found?.message ?? '');
    const isDeath = one.killAtMs !== null;
    const good = isDeath ? isNamed && result?.verdict === 'fail' : alive?.verdict === 'pass';
    const what = isDeath ? `killed at ${one.killAtMs} ms` : 'lives';
    const verdict = `${isDeath ? 'deaths' : 'lives'} ${result?.verdict ?? 'without a result'}`;
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    const outage = one.outage ? 'outage' : 'no outage';
    const saying = found?.message ?? result?.reasons[0] ?? said.slice(-300);
    const how = `seed ${one.seed}, ${one.session}, ${outage}, ${what}`;
    process.stdout.write(`${good ? 'ok ' : 'BAD'} ${how}: ${saying}\n`);
    if (!good) bad++;
  }
}
