/**
 * The platform twin as processes of its own. Its store lies in the run directory and survives a
 * kill -9, which is the point of killing it.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { channelsOf, HTTP_API, PLAIN, type Problem, type TargetTrouble, WorldError } from '#kernel';
import type { ScenarioTarget } from '#scenarios';
import type { Promises } from '../plan/promises.ts';
import { type Ending, ready } from '../processes/ready.ts';
import { logOf } from '../processes/remote.ts';
import { removalOf } from '../processes/removal.ts';
import { SHARDS_MAX } from '../processes/shard-count.ts';
import { monotonicMs } from '../record/run-clock.ts';
import { digests } from '../record/run-directory.ts';
import type { TargetPorts } from '../watch/target-ports.ts';
import type { Address } from '../wire/tcp-links.ts';
import { accountsOf } from './accounts.ts';
import { credentialsOf } from './credentials.ts';
import { keptStreams } from './kept-streams.ts';
import { defineTarget, type RunningTarget, type TargetContext, type TargetKind } from './target.ts';
import { freePort } from './tcp-ports.ts';
import { httpFetch, twinPorts } from './twin-ports.ts';

const READY_MS = 20_000;
/** In the run directory, while the run lasts. */
const ACCOUNTS = 'accounts.json';

const TRANSACTION = 'one transaction holds all that must not be forgotten, before the PUBACK';
const OURS = 'the twin says so of itself, and a test holds the two equal';

/** It keeps everything it acknowledged, over a kill -9 too. */
const PROMISES: Promises = {
  durableSessions: { value: true, because: TRANSACTION },
  durableRetained: { value: true, because: TRANSACTION },
  durableTelemetry: { value: true, because: TRANSACTION },
  queueLimit: { value: 32_767, because: OURS },
  inflightLimit: { value: 1000, because: OURS },
  maxQos: { value: 2, because: OURS },
  acknowledgesEarly: { value: false, because: TRANSACTION },
  ordered: { value: true, because: 'MQTT 3.1.1 §4.6' },
  willOnTakeOver: { value: 'all', because: 'MQTT 3.1.1 §3.1.2.5' },
  keepAliveGrace: { value: PLAIN.keepAliveGrace, because: 'MQTT 3.1.1 §3.1.2.10' },
  redeliversWithinMs: { value: PLAIN.redeliversWithinMs, because: 'MQTT 3.1.1 §4.4' },
  filtersPerSession: { value: PLAIN.filtersPerSession, because: OURS },
  retained: { value: PLAIN.retained, because: 'MQTT 3.1.1 §3.3.1.3' },
  retainedWithinMs: { value: 2000, because: OURS },
  packetBytes: { value: PLAIN.packetBytes, because: OURS },
  clientIdLength: {
    value: PLAIN.clientIdLength,
    because: 'MQTT 3.1.1 §3.1.3.1 allows more than 23',
  },
  mqtt: { value: '3.1.1', because: OURS },
};

const embedded = defineTarget({
  kind: 'embedded',
  summary: 'the platform twin, which every run can have',
  params: {
    over: {
      kind: 'choice',
      of: ['tcp', 'ws'],
      about: 'What the fleet speaks MQTT over; in sim there are no sockets, and both are the same.',
      optional: true,
    },
  },
  gears: ['sim', 'real'],
  promises: PROMISES,
  ours: true,
  issuesAccounts: true,
  // Its pages that are called otherwise than the service behind them; each service is a port too.
  offers: ['retained', 'stats', 'devices', 'template'],
  takesMutants: true,
  suffers: ['commitMs', 'writeMs', 'full', 'shut', 'still', 'payloadBytes'],
  plan: ({ params, written, services, spoken = [], passesThrough = false }) => ({
    name: 'platform twin',
    params,
    broker: null,
    elsewhere: null,
    killable: true,
    offers: services,
    problems: strangeKeys(written, spoken, passesThrough),
  }),
  start: async (context) => {
    const channels: Record<string, Address> = {};
    const http = await freeAddress();
    for (const channel of channelsOf(context.plan)) {
      channels[channel] = channel === HTTP_API ? http : await freeAddress();
    }
    const mqtt = await freeAddress();
    const websocket = framed(await freeAddress());
    const twin = new Twin(context, { mqtt, websocket, channels }, http.port);
    await twin.start();
    return twin;
  },
  ports: (access) => portsOf(access as Access),
});

export default { ...embedded, twin: true } satisfies TargetKind;

const freeAddress = async (): Promise<Address> => ({
  host: '127.0.0.1',
  port: await freePort(),
  tls: null,
});

const PATH = '/mqtt';

const framed = ({ host, port, tls }: Address): Address => ({
  ...{ host, port, tls },
  websocket: { authority: `${host}:${port}`, path: PATH },
});

/** Where its query API is, and the secret that opens it. */
interface Access {
  url: string;
  token: string;
  /** Where it takes MQTT over WebSocket. */
  websocket: string;
}

/** The port `websocket` is no page: it says where browsers, and load of others, find the broker. */
function portsOf(access: Access): TargetPorts {
  const pages = twinPorts(httpFetch(access));
  const place = { get: async () => ({ status: 200, body: { url: access.websocket } }) };
  return { port: (name) => (name === 'websocket' ? place : pages.port(name)) };
}

const OWN = 'native';
const SPEAKS = 'it reads its own dialect or one of a service, with JSON payloads';

/** It reads what it reads, or nothing at all: there is nothing about it to be set. */
function strangeKeys(
  written: ScenarioTarget,
  spoken: readonly string[],
  passesThrough: boolean,
): Problem[] {
  const { dialect } = written;
  const isSpoken = passesThrough || dialect === null || dialect === OWN || spoken.includes(dialect);
  const keys = ['codec', 'topic', 'payload', 'broker', 'credentials', 'hands'] as const;
  const given: [string, unknown][] = [
    ['dialect', isSpoken ? null : dialect],
    ...keys.map((key): [string, unknown] => [key, written[key]]),
    ['client-id', written.clientId],
    ['store', written.store ?? null],
    ['presence', written.presence ?? null],
    ['intake', written.intake ?? null],
    ['hands', written.hands === null ? (written.namedHands ?? null) : null],
    ['guarantees', Object.keys(written.guarantees).length === 0 ? null : written.guarantees],
  ];
  return given.flatMap(([key, value]) =>
    value === null
      ? []
      : [
          {
            code: 'embedded',
            path: `target.${key}`,
            message: `the platform twin takes no ${key}: ${SPEAKS}`,
            hint:
              key === 'dialect'
                ? `it speaks ${[OWN, ...spoken].join(', ')}`
                : 'it goes with url, process or a target of your own',
          },
        ],
  );
}

class Twin implements RunningTarget {
  readonly mqtt: Address;
  readonly websocket: Address;
  readonly channels: Readonly<Record<string, Address>>;
  readonly access: Access;
  readonly component;
  readonly #context: TargetContext;
  readonly #httpPort: number;
  readonly #bornAt = monotonicMs();
  readonly #troubles = new Map<string, TargetTrouble>();
  /** Faults of whose troubles it has not heard the latest. */
  readonly #untold = new Set<string>();
  #killed = false;
  #fired: number | null = 0;

  constructor(
    context: TargetContext,
    { mqtt, websocket, channels }: Pick<Twin, 'mqtt' | 'websocket' | 'channels'>,
    httpPort: number,
  ) {
    this.#context = context;
    this.#httpPort = httpPort;
    this.mqtt = mqtt;
    this.websocket = websocket;
    this.channels = channels;
    this.access = {
      url: `http://127.0.0.1:${httpPort}`,
      token: digests.sha256Hex(`${context.secret}/http`),
      websocket: `ws://${websocket.host}:${websocket.port}${PATH}`,
    };
    const { dialect, directory, plan, processes, run, secret } = context;
    // Written once, and read by the twin itself: to decide for a large fleet who may connect takes
    // the runner a second in which it would measure nothing, and a restart lies in mid-run.
    const credentials = credentialsOf(plan.target, run, secret, null);
    const accounts = accountsOf(plan, { run, credentials, shards: SHARDS_MAX, dialect });
    // Nobody needs it once the run is over, and a runner that is killed cannot see to that.
    processes.undo(ACCOUNTS, removalOf(directory.file(ACCOUNTS)));
    directory.writeText(ACCOUNTS, JSON.stringify(accounts), 0o600);
    const how = `process on port ${mqtt.port}, ws on port ${websocket.port}`;
    this.component = { name: 'platform twin', version: '', how };
  }

  /** Where the fleet finds it. */
  get address(): Address {
    return this.#context.plan.target.params.over === 'ws' ? this.websocket : this.mqtt;
  }

  async start(): Promise<void> {
    const { processes, directory, plan, run, plugins } = this.#context;
    const here = import.meta.url;
    const main = fileURLToPath(
      new URL(`../../twins/platform/serve.${here.endsWith('.ts') ? 'ts' : 'js'}`, here),
    );
    this.#killed = false;
    const options = {
      storeFile: directory.file('store.sqlite'),
      accountsFile: directory.file(ACCOUNTS),
      host: this.mqtt.host,
      mqttPort: this.mqtt.port,
      httpPort: this.#httpPort,
      websocketPort: this.websocket.port,
      channelPorts: Object.fromEntries(
        Object.entries(this.channels).flatMap(([channel, { port }]) =>
          channel === HTTP_API ? [] : [[channel, port]],
        ),
      ),
      httpToken: this.access.token,
      run,
      mutant: plan.target.mutant,
      plugins: [...plugins],
      kept: keptStreams(plan),
      dialect: plan.target.dialect,
      // So that its times go on over a restart.
      clockZeroMs: this.#bornAt,
      limits: { queueLimit: plan.target.guarantees.queueLimit },
    };
    await ready(
      processes,
      {
        id: 'target',
        command: process.execPath,
        args: ['--disable-warning=ExperimentalWarning', main],
        log: directory.file('log/target.log'),
        input: `${JSON.stringify(options)}\n`,
      },
      'the platform twin',
      READY_MS,
      (ending) => this.#ended(ending),
    );
    for (const [fault, trouble] of this.#troubles) await this.suffer(fault, trouble);
  }

  /** Who stands still hears nothing: it is told when it goes on. */
  async suffer(fault: string, trouble: TargetTrouble | null): Promise<void> {
    if (trouble === null) this.#troubles.delete(fault);
    else this.#troubles.set(fault, trouble);
    this.#untold.add(fault);
    if (this.#killed) return;
    const { processes } = this.#context;
    const isStill = [...this.#troubles.values()].some(({ still }) => still === true);
    processes.signal('target', isStill ? 'SIGSTOP' : 'SIGCONT');
    if (isStill) return;
    for (const one of this.#untold) {
      const { still: _, ...body } = this.#troubles.get(one) ?? {};
      const { status } = await httpFetch(this.access)(`/troubles/${one}`, {}, body);
      if (status !== 200) throw new Error(`the platform twin takes no trouble: status ${status}`);
      this.#untold.delete(one);
    }
  }

  #ended({ why, gaveUp }: Ending): void {
    if (this.#killed) return;
    const { onBroken, onLost } = this.#context;
    if (gaveUp === null) onLost(`the platform twin ${why}`);
    else onBroken(new WorldError('target', gaveUp, logOf('target')));
  }

  async kill(): Promise<void> {
    this.#killed = true;
    this.#fired = await this.mutantFired();
    await this.#context.processes.kill('target', 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#killed = true;
    const { directory, processes } = this.#context;
    try {
      await processes.stop('target');
    } finally {
      rmSync(directory.file(ACCOUNTS), { force: true });
      processes.undo(ACCOUNTS, null);
    }
  }

  /** A kill forgets what the twin had counted; what a former life did not tell is never known. */
  async mutantFired(): Promise<number | null> {
    if (this.#context.plan.target.mutant === null) return null;
    const [before, now] = [this.#fired, await this.#firedNow()];
    return before === null || now === null ? null : before + now;
  }

  async #firedNow(): Promise<number | null> {
    const { status, body } = await httpFetch(this.access)('/stats', {});
    return status === 200 ? Number((body as { fired?: number }).fired ?? 0) : null;
  }
}
