/**
 * One broker from the registry to the table: brought, asked by its raw clients, and for each scene
 * started anew, played and stopped. What is known of it from an earlier call, over the same product
 * and the same file, is not tried again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { productionFiles, ROOT } from '../../tools/house.ts';
import { type Confirmation, citedBy, confirmBy } from './confirming.ts';
import { type ForeignBroker, SCENES, type Scene } from './foreign-broker.ts';
import { isSettled, keepOutcome, knownOutcome, type Outcome, outcomeOf } from './outcome.ts';
import { play, textOf } from './play.ts';
import { start } from './running.ts';

export interface Trial {
  broker: ForeignBroker;
  version: string;
  confirmations: Confirmation[];
  outcomes: Outcome[];
}

export interface TrialOptions {
  /** Where brokers are brought to. */
  cache: string;
  /** Where runs and outcomes are. */
  out: string;
  /** How often a scene is played that this machine was too busy for. */
  tries: number;
  signal: AbortSignal;
  say(line: string): void;
}

export async function tryBroker(broker: ForeignBroker, options: TrialOptions): Promise<Trial> {
  const { cache, out, signal, say } = options;
  const folder = join(cache, broker.name);
  const home = join(out, broker.name);
  for (const one of [folder, home]) mkdirSync(one, { recursive: true });
  const version = await broker.bring(folder);
  const confirmations = await confirmedOf(broker, folder, home, say);
  const outcomes: Outcome[] = [];
  for (const scene of SCENES) {
    const over = digestOf(scene, broker, version);
    const known = knownOutcome(join(home, scene));
    if (known !== null && known.over === over && isSettled(known)) {
      outcomes.push(known);
      continue;
    }
    const stand = { folder, home, version, over, confirmations };
    for (let left = options.tries; left > 0 && !signal.aborted; left--) {
      const outcome = await tryScene(scene, broker, stand, signal);
      if (signal.aborted) break;
      say(`${broker.name} ${scene}: ${[outcome.came, ...outcome.lines].join('\n    ')}`);
      if (left === 1 || outcome.came !== 'undecided') outcomes.push(outcome);
      if (outcome.came !== 'undecided') break;
    }
  }
  return { broker, version, confirmations, outcomes };
}

interface Stand {
  folder: string;
  home: string;
  version: string;
  over: string;
  confirmations: readonly Confirmation[];
}

async function tryScene(
  scene: Scene,
  broker: ForeignBroker,
  { folder, home, version, over, confirmations }: Stand,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = join(home, scene);
  const running = await start(broker, folder, join(home, `${scene}.log`));
  try {
    const played = await play(scene, broker, running.url, place, signal);
    const shown = new Map(confirmations.map((one) => [one.script, one]));
    const judged = outcomeOf(scene, broker, played, shown);
    const dead = running.died();
    const died = dead === null ? {} : { came: 'wrong' as const, lines: [dead, ...judged.lines] };
    const outcome = { broker: broker.name, version, scene, over, ...judged, ...died };
    if (!signal.aborted) keepOutcome(place, outcome);
    return outcome;
  } finally {
    await running.stop();
  }
}

/** They are quick beside the scenes, and rest on the broker alone. */
async function confirmedOf(
  broker: ForeignBroker,
  folder: string,
  home: string,
  say: TrialOptions['say'],
): Promise<Confirmation[]> {
  const file = join(home, 'confirmations.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Confirmation[]) : [];
  const found: Confirmation[] = [];
  for (const script of citedBy(broker)) {
    const before = known.find((one) => one.script === script && one.shown);
    if (before !== undefined) {
      found.push(before);
      continue;
    }
    // Anew for each, since some of them leave a broker that serves nobody any more.
    const running = await start(broker, folder, join(home, `${script}.log`));
    const one = await confirmBy(script, running.url, broker).finally(() => running.stop());
    say(`${broker.name}: ${script} ${one.shown ? 'shown' : 'NOT shown'}: ${one.said}`);
    found.push(one);
    writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  }
  return found;
}

/** Nothing counts that was seen of another product, another scene or other declarations. */
function digestOf(scene: Scene, broker: ForeignBroker, version: string): string {
  const hash = createHash('sha256')
    .update(version)
    .update(textOf(scene, broker, 'mqtt://x'));
  hash.update(JSON.stringify(broker.findings));
  for (const file of productionFiles(ROOT)) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}
