/**
 * Holds the checkers against strangers: brokers the product does not own, reached by URL. A liar,
 * and what it lied about must be found one for one; and an honest Mosquitto in its default
 * configuration, of which nothing may be said.
 *
 *   node bench/strangers.ts [--only REGEX] [--jobs 2] [--keep FOLDER] [--lies | --honest]
 *
 * Prints the table of lies and findings, and exits 1 when anything was missed or made up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countOf, refuse } from './arguments.ts';
import { compare } from './strangers/compare.ts';
import { SCENES, type Scene, TRUTHFUL } from './strangers/scenes.ts';
import { playHonest, playScene } from './strangers/stage.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    keep: { type: 'string' },
    lies: { type: 'boolean', default: false },
    honest: { type: 'boolean', default: false },
  },
});

interface Row {
  name: string;
  good: boolean;
  lines: string[];
}

interface Honest {
  file: string;
  how: 'url' | 'process';
  /** Whose hands cannot reach a broker by URL: it is played without the faults that need them. */
  without?: RegExp;
}

const HONEST: readonly Honest[] = [
  { file: 'regional-partition', how: 'url' },
  { file: 'reset-storm', how: 'url' },
  { file: 'slow-link', how: 'url' },
  { file: 'power-cut', how: 'url' },
  { file: 'command-and-answer', how: 'url' },
  { file: 'sleepy-sensors', how: 'url' },
  { file: 'blackhole-uplink', how: 'url' },
  { file: 'retained-and-wills', how: 'url', without: /^.*fault: broker-kill.*\n/gm },
  { file: 'retained-and-wills', how: 'process' },
  { file: 'broker-kill', how: 'process' },
];

const plays: { name: string; play: (keep: string | null) => Promise<Row> }[] = [
  ...(options.honest ? [] : [...SCENES, ...TRUTHFUL].map(lyingPlay)),
  ...(options.lies ? [] : HONEST.map(honestPlay)),
].filter(({ name }) => new RegExp(options.only).test(name));

if (plays.length === 0) refuse(`nothing is called like '${options.only}'`);
const rows: Row[] = [];
await Promise.all(Array.from({ length: countOf(options.jobs, 2) }, work));
const bad = rows.filter(({ good }) => !good).length;
process.stdout.write(`${rows.length} plays, ${bad} with something missed or made up\n`);
process.exit(bad === 0 ? 0 : 1);

async function work(): Promise<void> {
  for (let next = plays.shift(); next !== undefined; next = plays.shift()) {
    const { name } = next;
    const folder = name.replace(/[^a-zA-Z0-9]+/g, '-');
    const keep = options.keep === undefined ? null : join(options.keep, folder);
    const failed = (error: unknown): Row => ({ name, good: false, lines: [String(error)] });
    const row = await next.play(keep).catch(failed);
    rows.push(row);
    process.stdout.write(
      `${row.good ? 'ok  ' : 'BAD '} ${[name, ...row.lines].join('\n       ')}\n`,
    );
  }
}

function lyingPlay(scene: Scene): (typeof plays)[number] {
  const play = async (keep: string | null): Promise<Row> => {
    const { result, log } = await playScene(scene, keep);
    const { lies, found, missed, surplus, remarks } = compare(log, result);
    const silent = Object.keys(scene.lies).length > 0 && lies === 0;
    return {
      name: scene.name,
      good: missed.length + surplus.length === 0 && !silent,
      lines: [
        `${lies} lies, ${found} findings, verdict ${result.verdict}`,
        ...missed.map((name) => `missed   ${name}`),
        ...surplus.map((name) => `made up  ${name}`),
        ...remarks.map((text) => `remark   ${text}`),
      ],
    };
  };
  return { name: scene.name, play };
}

function honestPlay({ file, how, without }: Honest): (typeof plays)[number] {
  const name = `honest ${file} by ${how}`;
  const play = async (keep: string | null): Promise<Row> => {
    const path = join(import.meta.dirname, '..', 'scenarios', 'library', `${file}.yaml`);
    const text = readFileSync(path, 'utf8');
    const played = without === undefined ? text : text.replace(without, '');
    const result = await playHonest(played, how, keep);
    const { surplus, found, remarks } = compare([], result);
    return {
      name,
      good: found === 0,
      lines: [
        `${found} findings, verdict ${result.verdict}, ${result.messages.intended} messages`,
        ...surplus.map((one) => `made up  ${one}`),
        ...result.reasons.map((text) => `reason   ${text}`),
        ...remarks.map((text) => `remark   ${text}`),
      ],
    };
  };
  return { name, play };
}
