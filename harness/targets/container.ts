/**
 * A target from an image, started in a container for this run and removed with it. What the engine
 * says of ready is not enough: it takes connections before the broker inside does, so the target
 * stands when it has answered a CONNECT.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ParamValues, type Problem, type TargetTrouble, WorldError } from '#kernel';
import type { BrokerWords } from '../plan/target-words.ts';
import type { Credentials } from '../wire/links.ts';
import type { Address } from '../wire/tcp-links.ts';
import { type ContainerWait, type ContainerWish, RunContainer } from './components/containers.ts';
import { credentialsOf } from './credentials.ts';
import { defineTarget, type RunningTarget, type TargetContext } from './target.ts';
import { UNKNOWN_BROKER } from './unknown-broker.ts';

const PAUSE_MS = 200;

export default defineTarget({
  kind: 'container',
  summary: 'a broker or platform from an image, in a container of the run',
  params: {
    container: { kind: 'text', about: 'Its image, with a tag.' },
    port: {
      kind: 'integer',
      about: 'The port inside it that speaks MQTT.',
      default: 1883,
      min: 1,
      max: 65_535,
    },
    env: {
      kind: 'map',
      of: { kind: 'text', about: 'Its value.' },
      about: 'Environment variables; a secret belongs into env-from.',
      default: {},
    },
    'env-from': {
      kind: 'list',
      of: { kind: 'text', about: 'A name.' },
      about: 'Names of variables that it gets from the environment of the run.',
      default: [],
    },
    files: {
      kind: 'map',
      of: { kind: 'text', about: 'The file here, relative to the scenario.' },
      about: 'What is copied into it before it starts, by the place in it.',
      default: {},
    },
    command: {
      kind: 'list',
      of: { kind: 'text', about: 'A word.' },
      about: "Instead of the image's own command.",
      default: [],
    },
    wait: {
      kind: 'record',
      about: 'What it must show before a CONNECT is tried: one of these.',
      default: {},
      fields: {
        log: { kind: 'text', about: 'A regular expression for a line of its log.', optional: true },
        http: { kind: 'text', about: 'A path that must answer with 200.', optional: true },
        'http-port': {
          kind: 'integer',
          about: 'The port inside it for that.',
          min: 1,
          max: 65_535,
          optional: true,
        },
        healthy: { kind: 'boolean', about: 'Its own health check says so.', default: false },
      },
    },
    within: {
      kind: 'duration',
      about: 'How long it may take to come up, a pull of the image included.',
      default: '60s',
      min: '1s',
      max: '10m',
    },
  },
  gears: ['real'],
  promises: UNKNOWN_BROKER,
  ours: true,
  issuesAccounts: false,
  offers: ['retained'],
  takesMutants: false,
  suffers: ['still'],
  plan: ({ params, written, brokers }) => ({
    name: String(params.container),
    params,
    broker: written.broker ?? brokerOf(String(params.container), brokers),
    elsewhere: null,
    killable: true,
    problems: [
      ...waitFlaws(params, `${written.place}.wait`),
      ...placeFlaws(params, `${written.place}.files`),
    ],
  }),
  start: async (context) => {
    const { target } = context.plan;
    const { credentialsFile } = target;
    const file = credentialsFile === null ? null : resolve(context.base, credentialsFile);
    const credentials = credentialsOf(target, context.run, context.secret, file);
    const running = new Contained(context, wishOf(context), credentials);
    await running.create();
    return running;
  },
});

/** `eclipse-mosquitto:2` is no name of a broker, `rabbitmq:3-management` is one. */
function brokerOf(image: string, brokers: ReadonlyMap<string, BrokerWords>): string | null {
  const name = /([^/:@]+)(?:[:@][^/]*)?$/.exec(image)?.[1] ?? '';
  return brokers.has(name) ? name : null;
}

function waitFlaws({ wait }: ParamValues, path: string): Problem[] {
  const given = wait as ParamValues;
  const ways = [given.log, given.http, given.healthy === true || undefined];
  const flaw = (key: string, message: string, hint: string): Problem[] => [
    { code: 'bad-value', path: key, message: `${key} ${message}`, hint },
  ];
  if (ways.filter((way) => way !== undefined).length > 1) {
    return flaw(path, 'names more than one sign', 'keep the last one that it shows');
  }
  if ((given.http === undefined) !== (given['http-port'] === undefined)) {
    return flaw(path, 'needs http and http-port together', '{ http: /health, http-port: 8080 }');
  }
  if (given.log === undefined) return [];
  try {
    new RegExp(String(given.log));
    return [];
  } catch (error) {
    return flaw(`${path}.log`, `is no regular expression: ${(error as Error).message}`, 'ready');
  }
}

function placeFlaws({ files }: ParamValues, path: string): Problem[] {
  return Object.keys(files as object).flatMap((place) =>
    place.startsWith('/')
      ? []
      : [
          {
            code: 'bad-value',
            path,
            message: `${path} names ${place}, which is no place in a container`,
            hint: 'each key begins with /, and each value is a file here',
          },
        ],
  );
}

function wishOf({ plan, base, directory }: TargetContext): ContainerWish {
  const { params } = plan.target;
  const port = Number(params.port);
  const wait = waitOf(params.wait as ParamValues);
  return {
    name: 'target',
    image: String(params.container),
    ports: [...new Set([port, ...(wait.kind === 'http' ? [wait.port] : [])])],
    env: { ...(params.env as Record<string, string>), ...inherited(params['env-from']) },
    files: filesOf(params.files as Record<string, string>, base),
    command: (params.command as readonly string[]).map(String),
    wait,
    withinMs: Number(params.within),
    log: directory.file('log/target.log'),
  };
}

function waitOf(given: ParamValues): ContainerWait {
  if (given.log !== undefined) return { kind: 'log', pattern: String(given.log) };
  if (given.http !== undefined) {
    return { kind: 'http', path: String(given.http), port: Number(given['http-port']) };
  }
  return { kind: given.healthy === true ? 'healthy' : 'nothing' };
}

function inherited(names: unknown): Record<string, string> {
  return Object.fromEntries(
    (names as readonly string[]).map((name) => {
      const value = process.env[name];
      if (value !== undefined) return [name, value];
      throw new WorldError(
        'component',
        `target.env-from names ${name}, which is not set`,
        `export ${name}=… before the run`,
      );
    }),
  );
}

function filesOf(given: Record<string, string>, base: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(given).map(([place, file]) => {
      const source = resolve(base, file);
      if (existsSync(source)) return [place, source];
      throw new WorldError(
        'component',
        `target.files wants ${file} at ${place}, and there is no such file`,
        'its path is relative to the scenario',
      );
    }),
  );
}

class Contained implements RunningTarget {
  address: Address = { host: '127.0.0.1', port: 0, tls: null };
  readonly access = null;
  component = { name: 'container', version: '', how: '' };
  readonly #context: TargetContext;
  readonly #credentials: Credentials;
  readonly #wish: ContainerWish;
  readonly #container: RunContainer;

  constructor(context: TargetContext, wish: ContainerWish, credentials: Credentials) {
    this.#context = context;
    this.#credentials = credentials;
    this.#wish = wish;
    this.#container = new RunContainer(wish, context, (why) =>
      context.onLost(`the container ${wish.image} ${why}`),
    );
  }

  async create(): Promise<void> {
    const deadline = Date.now() + this.#wish.withinMs;
    await this.#container.create();
    const { image } = this.#wish;
    const inside = Number(this.#context.plan.target.params.port);
    this.address = {
      host: this.#container.hostName,
      port: this.#container.portOf(inside),
      tls: null,
    };
    this.component = {
      name: image.replace(/[:@][^/]*$/, ''),
      version: /:([^/@]+)(?:@|$)/.exec(image)?.[1] ?? '',
      how: `container, its port ${inside} on ${this.address.port}`,
    };
    await this.#speaks(deadline);
  }

  async start(): Promise<void> {
    const deadline = Date.now() + this.#wish.withinMs;
    await this.#container.startAgain();
    await this.#speaks(deadline);
  }

  kill(): Promise<void> {
    return this.#container.kill();
  }

  suffer(_fault: string, trouble: TargetTrouble | null): Promise<void> {
    return this.#container.holdStill(trouble?.still === true);
  }

  stop(): Promise<void> {
    return this.#container.remove();
  }

  /** Tried again until it answers, ends or has had its time. */
  async #speaks(deadline: number): Promise<void> {
    const { sayHello } = await import('./hello.ts');
    for (;;) {
      try {
        return await sayHello(this.address, this.#credentials);
      } catch (error) {
        const trouble = await this.#container.trouble(error as Error);
        if (trouble !== null) throw trouble;
        if (Date.now() > deadline) throw silent(this.#wish, error as Error);
      }
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}

const silent = ({ image, withinMs }: ContainerWish, { message }: Error): WorldError =>
  new WorldError(
    'unreachable',
    `the container ${image} speaks no MQTT after ${withinMs / 1000} s: ${message}`,
    'check target.port, and see log/target.log in the run directory',
  );
