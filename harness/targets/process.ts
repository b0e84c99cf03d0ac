/**
 * A broker from the PATH, started for this run and ended with it. How each is configured and told
 * to be ready is its recipe in brokers/.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type TargetTrouble, WorldError } from '#kernel';
import type { BrokerWords } from '../plan/target-words.ts';
import type { BrokerKind, BrokerRecipe, BrokerStart } from './broker.ts';
import { findBinary } from './find-binary.ts';
import { defineTarget, type RunningTarget, type TargetContext } from './target.ts';
import { accepts, awaitListener, freePorts } from './tcp-ports.ts';
import { UNKNOWN_BROKER } from './unknown-broker.ts';

const SAYS_WITHIN_MS = 5000;
/** Ports that a recipe may use beside the one for MQTT. */
const SPARES = 4;
const LOOK_MS = 1000;

export default defineTarget({
  kind: 'process',
  summary: "a broker's binary, started and stopped by the run",
  params: {
    process: { kind: 'text', about: "A broker's binary on PATH." },
    port: {
      kind: 'integer',
      about:
        'Where it listens on 127.0.0.1, for a platform that stands behind it; else any free one.',
      min: 1,
      max: 65_535,
      optional: true,
    },
  },
  gears: ['real'],
  promises: UNKNOWN_BROKER,
  ours: true,
  issuesAccounts: false,
  offers: ['retained'],
  takesMutants: false,
  suffers: ['still'],
  plan: ({ params, written, brokers }) => {
    const binary = String(params.process);
    const broker = written.broker ?? brokerOf(binary, brokers)?.kind ?? null;
    return { name: binary, params, broker, elsewhere: null, killable: true };
  },
  start: async (context) => {
    const { params, broker } = context.plan.target;
    const wanted = String(params.process);
    const kind = context.brokers.get(broker ?? '');
    const binary = findBinary(wanted);
    if (binary === null) throw missing(wanted, kind, context.brokers);
    if (kind?.recipe === undefined) throw notKnown(wanted, context.brokers);
    const [port, ...spares] = await freePorts(1 + SPARES);
    const at = params.port === undefined ? port : await stillFree(Number(params.port));
    const ports = [at ?? 0, ...spares];
    const running = new Broker(context, kind.kind, kind.recipe, binary, ports);
    await running.start();
    return running;
  },
});

async function stillFree(port: number): Promise<number> {
  if (!(await accepts('127.0.0.1', port, LOOK_MS))) return port;
  throw new WorldError(
    'component',
    `something listens on 127.0.0.1:${port} already, where the target is to be`,
    `end it (\`ss -tlnp\` names it), or give another target.port`,
  );
}

const brokerOf = <Kind extends BrokerWords>(
  binary: string,
  brokers: ReadonlyMap<string, Kind>,
): Kind | undefined =>
  [...brokers.values()].find(({ binaries }) => binaries.includes(basename(binary)));

class Broker implements RunningTarget {
  readonly address;
  readonly access = null;
  readonly component;
  readonly #context: TargetContext;
  readonly #name: string;
  readonly #recipe: BrokerRecipe;
  readonly #start: BrokerStart;
  #killed = false;

  constructor(
    context: TargetContext,
    name: string,
    recipe: BrokerRecipe,
    binary: string,
    [port = 0, ...spares]: readonly number[],
  ) {
    this.#context = context;
    this.#name = name;
    this.#recipe = recipe;
    this.address = { host: '127.0.0.1', port, tls: null };
    const { host } = this.address;
    const file = (name: string): string => resolve(context.directory.file(`log/${name}`));
    this.#start = { command: binary, ...recipe.configure({ host, port, binary, spares, file }) };
    for (const [path, text] of Object.entries(this.#start.files)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const version = versionOf(binary, recipe);
    this.component = { name, version, how: `process on port ${port}` };
  }

  async start(): Promise<void> {
    const { processes, directory } = this.#context;
    const { command = '', args, env = {}, hasChildren = false } = this.#start;
    let ended: string | null = null;
    this.#killed = false;
    processes.start(
      {
        id: 'target',
        command,
        args,
        env,
        hasChildren,
        log: directory.file('log/target.log'),
      },
      () => {},
      (why) => {
        ended = why;
        if (!this.#killed) this.#context.onLost(`${this.#name} ${why}`);
      },
    );
    const { host, port } = this.address;
    if (await awaitListener(host, port, this.#recipe.listensWithinMs)) return;
    throw new WorldError(
      'component',
      `${this.#name} did not start${ended === null ? '' : `: ${String(ended)}`}`,
      'see log/target.log in the run directory',
    );
  }

  async suffer(_fault: string, trouble: TargetTrouble | null): Promise<void> {
    if (this.#killed) return;
    const isStill = trouble?.still === true;
    this.#context.processes.signal('target', isStill ? 'SIGSTOP' : 'SIGCONT');
  }

  async kill(): Promise<void> {
    this.#killed = true;
    await this.#context.processes.kill('target', 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#killed = true;
    await this.#context.processes.stop('target');
  }
}

type Brokers = ReadonlyMap<string, BrokerKind>;

const missing = (wanted: string, kind: BrokerKind | undefined, brokers: Brokers): WorldError =>
  new WorldError(
    'missing-binary',
    `there is no ${wanted} on the PATH`,
    kind?.recipe === undefined
      ? `${startable(brokers)} this version knows how to start`
      : bringing(kind),
  );

const bringing = ({ recipe }: BrokerKind): string => `install it: ${recipe?.bring ?? ''}`;

const notKnown = (wanted: string, brokers: Brokers): WorldError =>
  new WorldError(
    'process',
    `process:${wanted} is not a broker this version knows how to start`,
    `use ${wordsOf(brokers).join(' or ')}, or start it yourself and name its URL`,
  );

const wordsOf = (brokers: Brokers): string[] =>
  [...brokers.values()].flatMap(({ recipe, binaries: [name] }) =>
    recipe === undefined || name === undefined ? [] : [`process:${name}`],
  );

function startable(brokers: Brokers): string {
  const words = wordsOf(brokers);
  return `${words.join(', ')} ${words.length === 1 ? 'is the broker' : 'are the brokers'}`;
}

function versionOf(binary: string, { version }: BrokerRecipe): string {
  const { command = binary, args } = version;
  const { stdout } = spawnSync(command, [...args], { encoding: 'utf8', timeout: SAYS_WITHIN_MS });
  return version.in.exec(stdout ?? '')?.[1] ?? '';
}
