/**
 * TEST ONLY. A small platform in a sandbox: a Mosquitto, and a consumer (consumer.mjs) that keeps
 * what it takes in a table. The scenario starts and ends the consumer by its own commands, and may
 * kill it by a hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MortalBroker } from '../../harness/testing/brokers.ts';
import type { Sandbox } from '../sandbox.ts';
import { type Scene, scene } from '../scenes.ts';

export interface SmallPlatform {
  /** What the consumer is told of its table. */
  table: string;
  /** What the scenario says of it. */
  store: string;
  /** Whether the consumer's session outlives it. */
  session: 'kept' | 'clean';
  /** What the target promises of its store. */
  isDurable: boolean;
  /** Commands that come before the others. */
  before?: readonly string[];
  more?: readonly string[];
}

const CONSUMER = join(import.meta.dirname, 'consumer.mjs');
export const QUERY = 'select device, stream, n, payload, at from rows where run = {run}';

/** A scenario against it, and the scripts that this needs. */
export function platformScene(
  box: Sandbox,
  broker: Pick<MortalBroker, 'port'>,
  platform: SmallPlatform,
  scenery: Scene,
): string {
  const { table, store, session, isDurable, before = [], more = [] } = platform;
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const flags = `--broker ${url} ${table} --session ${session} --pid pid`;
  const lines = [
    'echo started >> starts',
    `"${process.execPath}" "${CONSUMER}" ${flags} > consumer.log 2>&1 &`,
    'for i in $(seq 200); do [ -s pid ] && exit 0; sleep 0.1; done; cat consumer.log; exit 1',
  ];
  box.write('start.sh', [...lines, ''].join('\n'));
  const hand = [
    "do: 'kill -9 $(cat pid) && rm pid'",
    "undo: 'sh start.sh'",
    "proof: 'test -s pid && kill -0 $(cat pid)'",
  ];
  const target = [
    'target:',
    `  url: '${url}'`,
    `  guarantees: { durable-telemetry: ${isDurable} }`,
    `  store: ${store}`,
    '  hands:',
    `    consumer: { ${hand.join(', ')} }`,
    ...more.map((line) => `  ${line}`),
  ];
  const commands = [...before, 'sh start.sh'].map((command) => `  - '${command}'`);
  const hooks = [
    'before:',
    ...commands,
    "after: 'kill $(cat pid); echo over > ended-$TWINSTORM_RUN'",
  ];
  return scene({ ...scenery, more: [...target, ...hooks, ...(scenery.more ?? [])] });
}

/** What the consumer said of its troubles, for a test that fails. */
export const consumerLog = (box: Sandbox): string =>
  existsSync(box.path('consumer.log')) ? readFileSync(box.path('consumer.log'), 'utf8') : '';
