/**
 * Toxiproxy in a container of the run. It has the network of this machine and none of its own:
 * listeners then need no ports that were published beforehand, so there may be as many as wanted,
 * and a target on the loopback is where it always was.
 */
import { WorldError } from '#kernel';
import { RunContainer } from '../components/containers.ts';
import { toxiproxyVersion } from '../components/toxiproxy-version.ts';
import { defineProxy, ON_LOOPBACK } from '../proxy.ts';
import { awaitListener, freePort } from '../tcp-ports.ts';

const IMAGE = 'ghcr.io/shopify/toxiproxy:2.12.0';
const UP_MS = 60_000;
const LISTENS_MS = 10_000;

export default defineProxy({
  kind: 'container',
  summary: `Toxiproxy in a container, from ${IMAGE} or container:IMAGE`,
  bring: 'start Docker or Podman, and npm install testcontainers',
  start: async ({ of, plan, run, processes, directory, onLost }) => {
    const image = of ?? IMAGE;
    const port = await freePort();
    const log = directory.file('log/proxy.log');
    const container = new RunContainer(
      {
        name: 'proxy',
        image,
        ports: 'host',
        env: {},
        files: new Map(),
        command: ['-host', '127.0.0.1', '-port', String(port), '-seed', String(plan.seed)],
        wait: { kind: 'nothing' },
        withinMs: UP_MS,
        log,
      },
      { run, processes },
      (why) => onLost(new WorldError('proxy', `the proxy's container ${why}`, SEE)),
    );
    try {
      await container.create();
      const url = `http://127.0.0.1:${port}`;
      if (!(await awaitListener('127.0.0.1', port, LISTENS_MS))) {
        throw (await container.trouble(new Error('no answer'))) ?? notReached(image, port);
      }
      const version = await toxiproxyVersion(url, SEE);
      return {
        url,
        listen: ON_LOOPBACK,
        process: null,
        component: {
          name: 'Toxiproxy',
          version,
          how: `container ${image} on port ${port}, driven by toxiproxy-node-client`,
        },
        stop: () => container.remove(),
      };
    } catch (error) {
      await container.remove();
      throw error;
    }
  },
});

const SEE = 'see log/proxy.log in the run directory';

/** Engines in a machine of their own lend that machine's network, which is not this one. */
const notReached = (image: string, port: number): WorldError =>
  new WorldError(
    'proxy',
    `${image} runs, but nothing answers on port ${port} of this machine`,
    'an engine in a virtual machine cannot lend this network: use --proxy toxiproxy or embedded',
  );
