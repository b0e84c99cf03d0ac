/**
 * Containers of a run, by `testcontainers`: started, killed, held still and removed. Every one has
 * the run's label from its creation on, and what removes all of that label is on the warden's undo
 * log before the first is created; so nothing is left behind, not even after a runner that was
 * killed while the engine was still at work.
 */
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { WorldError } from '#kernel';
import type { Processes } from '../../processes/processes.ts';
import { script } from '../../processes/script.ts';
import { shellLine } from '../../processes/shell-words.ts';
import { freePort } from '../tcp-ports.ts';
import { engineTrouble, imageTrouble } from './container-trouble.ts';

type Testcontainers = typeof import('testcontainers');
type Started = Awaited<ReturnType<InstanceType<Testcontainers['GenericContainer']>['start']>>;
type WaitStrategy = ReturnType<Testcontainers['Wait']['forListeningPorts']>;
type Engine = Awaited<ReturnType<Testcontainers['getContainerRuntimeClient']>>;
type Handle = ReturnType<Engine['container']['getById']>;

/** By these labels a container of a run is found again. */
const RUN_LABEL = 'twinstorm.run';
const NAME_LABEL = 'twinstorm.container';

export interface ContainerWish {
  /** What it is in the run: `target`, `proxy`. */
  name: string;
  image: string;
  /** Ports inside it that must be reachable from here; `host` has no network of its own. */
  ports: readonly number[] | 'host';
  env: Readonly<Record<string, string>>;
  /** What is copied into it before it starts: files of ours by their places in it. */
  files: ReadonlyMap<string, string>;
  /** Instead of the image's own; empty for that one. */
  command: readonly string[];
  wait: ContainerWait;
  withinMs: number;
  /** Where its log goes. */
  log: string;
}

/** What it must show before anybody speaks to it. */
export type ContainerWait =
  | { kind: 'nothing' }
  | { kind: 'log'; pattern: string }
  | { kind: 'http'; path: string; port: number }
  | { kind: 'healthy' };

export interface ContainerHost {
  run: string;
  processes: Processes;
}

/** The package is an optional one: who does without containers need not have it. */
export async function loadTestcontainers(): Promise<Testcontainers> {
  // Our warden takes containers back. The reaper of the library would be a second one, with an
  // image of its own that many a machine cannot fetch.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  try {
    return await import('testcontainers');
  } catch {
    throw new WorldError(
      'component',
      'the scenario wants a container, and the package testcontainers is not there',
      'npm install testcontainers',
    );
  }
}

export class RunContainer {
  readonly #wish: ContainerWish;
  readonly #host: ContainerHost;
  readonly #onLost: (why: string) => void;
  #started: Started | null = null;
  #handle: Handle | null = null;
  /** It is meant to be gone, or was never there. */
  #isDown = true;
  /** One for each start, so that the end of the last one is not taken for that of this. */
  #life = 0;
  #ports = new Map<number, number>();

  constructor(wish: ContainerWish, host: ContainerHost, onLost: (why: string) => void) {
    this.#wish = wish;
    this.#host = host;
    this.#onLost = onLost;
  }

  get hostName(): string {
    const host = this.#started?.getHost() ?? 'localhost';
    // A name may mean two addresses, and the engine publishes on the older one for certain.
    return host === 'localhost' ? '127.0.0.1' : host;
  }

  /** Where a port of the container is reached. It keeps it over a kill, unlike a drawn one. */
  portOf(port: number): number {
    return this.#ports.get(port) ?? port;
  }

  async create(): Promise<void> {
    const library = await loadTestcontainers();
    const engine = await engineOf(library);
    const { image, ports, withinMs } = this.#wish;
    for (const port of ports === 'host' ? [] : ports) this.#ports.set(port, await freePort());
    const { run, processes } = this.#host;
    processes.undo(this.#undo, removalOf(run, this.#wish.name));
    const Container = isHere(engine) ? onLoopback(library) : library.GenericContainer;
    const bare = new Container(image);
    if (ports === 'host') bare.withNetworkMode('host');
    const container = this.#outfit(bare)
      .withLabels({ [RUN_LABEL]: run, [NAME_LABEL]: this.#wish.name })
      .withExposedPorts(...[...this.#ports].map(([inside, host]) => ({ container: inside, host })))
      .withWaitStrategy(this.#waitOf(library))
      .withStartupTimeout(withinMs)
      .withLogConsumer((stream) => this.#keepLog(stream));
    try {
      this.#started = await container.start();
    } catch (error) {
      throw await imageTrouble(engine, this.#wish, labelsOf(run, this.#wish.name), error as Error);
    }
    this.#handle = engine.container.getById(this.#started.getId());
    this.#isDown = false;
    this.#watch(this.#handle);
  }

  /** Without warning, as a machine that loses its power. */
  async kill(): Promise<void> {
    if (this.#isDown || this.#handle === null) return;
    this.#isDown = true;
    await this.#handle.kill();
  }

  async startAgain(): Promise<void> {
    const handle = this.#handle;
    if (handle === null || !this.#isDown) return;
    await handle.start();
    this.#isDown = false;
    this.#watch(handle);
    const stream = await handle.logs({ follow: true, stdout: true, stderr: true, tail: 0 });
    this.#keepLog(stream as unknown as Readable);
  }

  /** Why it will never answer; null while it lives. */
  async trouble(error: Error): Promise<WorldError | null> {
    if (!this.#isDown || this.#handle === null) return null;
    const engine = await engineOf(await loadTestcontainers());
    return imageTrouble(engine, this.#wish, labelsOf(this.#host.run, this.#wish.name), error);
  }

  async holdStill(isStill: boolean): Promise<void> {
    if (this.#isDown || this.#handle === null) return;
    await (isStill ? this.#handle.pause() : this.#handle.unpause());
  }

  /** Removed with what it had; harmless where nothing was started. */
  async remove(): Promise<void> {
    this.#isDown = true;
    const library = await loadTestcontainers();
    await removeContainers(await engineOf(library), this.#host.run, this.#wish.name);
    this.#host.processes.undo(this.#undo, null);
  }

  get #undo(): string {
    return `the container ${this.#wish.name}`;
  }

  #outfit<Container extends InstanceType<Testcontainers['GenericContainer']>>(
    container: Container,
  ): Container {
    const { command, env, files } = this.#wish;
    if (command.length > 0) container.withCommand([...command]);
    container.withEnvironment({ ...env });
    const copies = [...files].map(([target, source]) => ({ source, target }));
    return container.withCopyFilesToContainer(copies);
  }

  #waitOf({ Wait }: Testcontainers): WaitStrategy {
    const { wait } = this.#wish;
    switch (wait.kind) {
      case 'log':
        return Wait.forLogMessage(new RegExp(wait.pattern));
      case 'http':
        return Wait.forHttp(wait.path, wait.port);
      case 'healthy':
        return Wait.forHealthCheck();
      case 'nothing':
        return new NoWait(this.#wish.withinMs);
    }
  }

  #keepLog(stream: Readable): void {
    stream.on('error', () => {});
    stream.pipe(createWriteStream(this.#wish.log, { flags: 'a' })).on('error', () => {});
  }

  /** Who ends by himself is lost, and told. */
  #watch(handle: Handle): void {
    const life = ++this.#life;
    const ended = (why: string): void => {
      if (this.#isDown || life !== this.#life) return;
      this.#isDown = true;
      this.#onLost(why);
    };
    void handle.wait().then(
      ({ StatusCode: code }: { StatusCode: number }) => ended(`ended with ${code}`),
      (error: Error) => ended(`is out of sight: ${error.message}`),
    );
  }
}

/** Of the library's own, each looks into the container, and not every image has a shell. */
class NoWait {
  readonly #boundMs: number;

  constructor(boundMs: number) {
    this.#boundMs = boundMs;
  }

  async waitUntilReady(): Promise<void> {}
  withStartupTimeout(): this {
    return this;
  }
  isStartupTimeoutSet(): boolean {
    return true;
  }
  getStartupTimeout(): number {
    return this.#boundMs;
  }
}

/** Also where this runs in a container itself: then the engine is reached by another address. */
const isHere = ({ info }: Engine): boolean =>
  info.containerRuntime.hostIps.some(({ address }) => address === '127.0.0.1');

/** Its ports are this machine's alone; the library publishes on all interfaces of it. */
function onLoopback({ GenericContainer }: Testcontainers): Testcontainers['GenericContainer'] {
  return class extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      const published = Object.values<{ HostIp?: string }[]>(this.hostConfig.PortBindings ?? {});
      for (const one of published.flat()) one.HostIp = '127.0.0.1';
    }
  };
}

async function engineOf(library: Testcontainers): Promise<Engine> {
  try {
    return await library.getContainerRuntimeClient();
  } catch (error) {
    throw engineTrouble(error as Error);
  }
}

const labelsOf = (run: string, name: string): string[] => [
  `${RUN_LABEL}=${run}`,
  `${NAME_LABEL}=${name}`,
];

/** Those of a run by that name, living or not, with their anonymous volumes. */
export async function removeContainers(engine: Engine, run: string, name: string): Promise<void> {
  const { dockerode } = engine.container;
  const label = labelsOf(run, name);
  const found = await dockerode.listContainers({ all: true, filters: { label } });
  for (const { Id } of found) await dockerode.getContainer(Id).remove({ force: true, v: true });
}

/** What whoever takes a dead run back gives to a shell. */
function removalOf(run: string, name: string): string {
  const main = script('./remove-containers', import.meta.url);
  return shellLine([process.execPath, ...main, run, name]);
}
