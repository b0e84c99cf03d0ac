/**
 * Would our own tests notice a slip in our own code? Faults are drawn by seed in each room and
 * planted one at a time in a copy of the house; a room holds when its tests notice the share that
 * is asked of it. It can be stopped at any time and goes on where it was.
 *
 *   node bench/mutation.ts --help
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../tools/house.ts';
import { drawFaults, sampledFaults } from './mutation/draw.ts';
import { readEquivalents } from './mutation/equivalents.ts';
import { MutationGround } from './mutation/ground.ts';
import type { Fault } from './mutation/mutants.ts';
import { MUTATED_ROOMS, type Room } from './mutation/rooms.ts';
import type { Finding, Resumable } from './proving/case.ts';
import { type Row, State } from './proving/state.ts';
import { work } from './proving/work.ts';

const HELP = `node bench/mutation.ts [room…] [options]

Plants small faults in our own code, one at a time, and runs the tests that ought to notice.
Rooms: ${MUTATED_ROOMS.map(({ name }) => name).join(', ')}; all of them without a name.

  --faults <n>     drawn for each room (50)
  --seed <n>       of the draw (1)
  --jobs <n>       side by side, each in a copy of the house (1)
  --state <file>   what is known so far (reports/out/mutation.jsonl)
  --near           only the tests beside the code; what they miss is for --retry
  --sample         what CI tries: the faults of bench/mutation/sample.json, near and from scratch;
                   every one of them has to be noticed
  --retry          tries again what nobody noticed
  --list           says what would be tried, and what is known of it

A fault that changes nothing stands in bench/mutation/equivalent.json with its reason and is not
drawn. What is known of a fault counts until its file changes.
Exit code 0: each room reaches its share; 1: one does not; 2: not understood; 130: stopped.
`;

interface FaultCase extends Resumable {
  room: Room;
  fault: Fault;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const grounds: MutationGround[] = [];
  const free: MutationGround[] = [];
  const borrow = (): MutationGround => {
    const ground = free.pop() ?? new MutationGround();
    if (!grounds.includes(ground)) grounds.push(ground);
    return ground;
  };
  const { rooms, faultsOf } = options;
  const cases = rooms.flatMap((room) =>
    faultsOf(room).map(
      (fault): FaultCase => ({
        room,
        fault,
        id: `${room.name} ${fault.id}`,
        over: digestOf(fault),
        prove: async (signal) => {
          const ground = borrow();
          const finding = await noticed(ground, fault, stagesOf(room, options.near), signal);
          free.push(ground);
          return finding;
        },
      }),
    ),
  );
  if (options.fresh) rmSync(options.state, { force: true });
  const state = new State(options.state, cases);
  const left = cases.filter((one) => {
    const row = state.of(one);
    return row === undefined || (options.retry && row.wrong !== null);
  });
  say(`${cases.length} faults, ${cases.length - left.length} known from ${state.file}`);
  if (!options.list) {
    let done = 0;
    const found = (one: FaultCase, row: Row): void => {
      done++;
      const isTold = row.wrong === null || row.wrong === UNNOTICED;
      const what = row.wrong === null ? 'noticed ' : isTold ? 'SURVIVED' : 'UNTRIED ';
      say(`${done}/${left.length} ${what} ${row.seconds} s  ${placeOf(one.fault)}`);
      if (!isTold) say(`${row.wrong}`);
    };
    await work({ cases: left, state, jobs: options.jobs, signal: abort.signal, found });
  }
  for (const ground of grounds) ground.close();
  const holds = summary(rooms, cases, state);
  if (abort.signal.aborted) return 130;
  return holds ? 0 : 1;
}

/** What is written of a fault that survived; anything else says why it could not be tried. */
const UNNOTICED = 'no test notices';

const stagesOf = ({ stages }: Room, near: boolean): Room['stages'] =>
  near ? stages.slice(0, 1) : stages;

async function noticed(
  ground: MutationGround,
  fault: Fault,
  stages: Room['stages'],
  signal: AbortSignal,
): Promise<Finding> {
  for (const tests of stages) {
    const broken = await ground.warmUp(tests, signal);
    if (broken !== null) throw new Error(broken);
    const outcome = await ground.tryOn(fault, tests, signal);
    if (outcome !== 'passed') return { wrong: null };
  }
  return { wrong: UNNOTICED };
}

/** A line for each room, and its survivors; false where one falls short. */
function summary(rooms: readonly Room[], cases: readonly FaultCase[], state: State): boolean {
  let holds = true;
  for (const room of rooms) {
    const mine = cases.filter((one) => one.room === room);
    const known = mine.filter((one) => state.of(one) !== undefined);
    const survivors = known.filter((one) => state.of(one)?.wrong !== null);
    const share = known.length === 0 ? 0 : 1 - survivors.length / known.length;
    const isWhole = known.length === mine.length;
    if (!isWhole || share < room.share) holds = false;
    const percent = (value: number): string => `${Math.round(value * 1000) / 10} %`;
    print(
      `${room.name.padEnd(12)} ${known.length - survivors.length} of ${known.length} noticed ` +
        `(${percent(share)}, wanted ${percent(room.share)})` +
        `${isWhole ? '' : `, ${mine.length - known.length} not tried yet`}`,
    );
    for (const { fault } of survivors) print(`   ${placeOf(fault)}\n      ${fault.id}`);
  }
  return holds;
}

const placeOf = ({ file, line, before, after }: Fault): string =>
  `${file}:${line}  ${short(before)}  →  ${short(after)}`;

const short = (text: string): string => {
  const one = text.replace(/\s+/g, ' ');
  return one.length > 60 ? `${one.slice(0, 57)}…` : one;
};

const digestOf = ({ file, before, after }: Fault): string =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, file)))
    .update(`${before}→${after}`)
    .digest('hex')
    .slice(0, 16);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        faults: { type: 'string', default: '50' },
        seed: { type: 'string', default: '1' },
        jobs: { type: 'string', default: '1' },
        state: { type: 'string', default: 'reports/out/mutation.jsonl' },
        near: { type: 'boolean', default: false },
        sample: { type: 'boolean', default: false },
        retry: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const rooms = MUTATED_ROOMS.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    const strange = positionals.find((name) => MUTATED_ROOMS.every((room) => room.name !== name));
    if (strange !== undefined) throw new Error(`there is no room '${strange}'`);
    const whole = (name: 'faults' | 'seed' | 'jobs'): number => {
      const value = Number(values[name]);
      if (Number.isSafeInteger(value) && value > 0) return value;
      throw new Error(`--${name} takes a whole number from 1, not '${values[name]}'`);
    };
    const { near, sample, retry, list, help } = values;
    const [faults, seed, jobs] = [whole('faults'), whole('seed'), whole('jobs')];
    const state = sample ? values.state.replace(/\.jsonl$/, '-sample.jsonl') : values.state;
    const common = { jobs, state, fresh: sample, near: near || sample, retry, list, help };
    if (sample) {
      const all = rooms.map((room) => ({ ...room, share: 1 }));
      return { ...common, rooms: all, faultsOf: sampledFaults };
    }
    const equivalents = readEquivalents();
    const faultsOf = (room: Room): Fault[] => drawFaults(room, seed, faults, equivalents);
    return { ...common, rooms, faultsOf };
  } catch (error) {
    say(`${(error as Error).message}\nnode bench/mutation.ts --help says more`);
    return null;
  }
}

process.exitCode = await main();
