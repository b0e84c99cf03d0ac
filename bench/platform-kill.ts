/**
 * Kills the platform twin with -9, again and again, at random instants while it is as busy as it
 * can be, and compares what is left with what was acknowledged.
 *
 *   node bench/platform-kill.ts [word=telemetry] [rounds=100] [seed=1] [mutant]
 *
 * The word says with what it is busy: a file of `bench/kills/`. With a mutant it must find losses
 * (of telemetry and gateways `telemetry-commits-late`, of twins `twin-reuses-version`, of ota
 * `ota-settles-twice`, of rules `rules-raises-at-start`): a detector is to be seen to fire. Prints
 * one line per ten rounds and the figures at the end; exits 1 when anything acknowledged was lost.
 */
import { randomStream } from '#kernel';
import { type Server, startServer } from '../twins/platform/testing/server.ts';
import { temporaryFolder } from '../twins/platform/testing/twin.ts';
import { countOf, refuse } from './arguments.ts';
import Gateways from './kills/gateways.ts';
import type { StartWord } from './kills/kill-word.ts';
import Ota from './kills/ota.ts';
import Rules from './kills/rules.ts';
import Telemetry from './kills/telemetry.ts';
import Twins from './kills/twins.ts';

const WORDS: Readonly<Record<string, StartWord>> = {
  telemetry: Telemetry,
  twins: Twins,
  gateways: Gateways,
  ota: Ota,
  rules: Rules,
};

const given = process.argv.slice(2);
const isCount = /^\d/.test(given[0] ?? '');
const word = given.length === 0 || isCount ? 'telemetry' : (given.shift() ?? '');
const Word = WORDS[word];
if (Word === undefined) {
  refuse(`there is no '${word}'; known: ${Object.keys(WORDS).join(', ')}`);
}
const ROUNDS = countOf(given[0], 100);
const SEED = countOf(given[1], 1);
const MUTANT = given[2] ?? null;
const QUEUE_LIMIT = 30_000;
/** Its times go on over a kill. */
const CLOCK_ZERO_MS = Number(process.hrtime.bigint() / 1000n) / 1000;

const folder = temporaryFolder();
const busy = new Word(randomStream(SEED, `platform-kill/${word}`));
let port = 0;

for (let round = 1; round <= ROUNDS; round++) {
  const server = await born();
  port = server.ready.mqtt;
  await busy.meet(server, round === 1);
  await busy.play(server, round);
  if (round % 10 === 0) process.stdout.write(`round ${round}: ${busy.figures()}\n`);
}
const server = await born();
await busy.meet(server, false);
const missing = await busy.missing(server);
await server.end();
folder.remove();

process.stdout.write(`${ROUNDS} kills: ${busy.figures()}; ${missing.length} lost\n`);
if (missing.length > 0) {
  process.stdout.write(`lost: ${missing.slice(0, 10).join(', ')}\n`);
  process.exit(1);
}
process.exit(0);

function born(): Promise<Server> {
  const limits = { queueLimit: QUEUE_LIMIT };
  const storeFile = folder.file('store.db');
  const { accounts } = busy;
  const clockZeroMs = CLOCK_ZERO_MS;
  return startServer({ storeFile, accounts, mqttPort: port, limits, mutant: MUTANT, clockZeroMs });
}
