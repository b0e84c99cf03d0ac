/** `proxy`: the embedded engine alone, for anybody's tests and in any language. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { startProxyServer } from '#chaos';
import { endpointIn } from '#harness';
import { AuthorError, WorldError } from '#kernel';
import { count } from './flags.ts';
import type { Host } from './host.ts';

const HELP = `
It speaks the HTTP API of Toxiproxy 2.12: its client libraries and its command line drive it. One
seed gives the same jitter, slices and affected connections again. What ends or wedges the original
(a negative rate, a slicer without sizes) is refused with 400, or with --compat taken and made
harmless. Where it differs is listed, with reasons, in docs/proxy.md.

Examples
  twinstorm proxy                                     the API at http://127.0.0.1:8474
  twinstorm proxy --listen 127.0.0.1:0 --seed 7       any free port; the first line says which
  twinstorm proxy --config proxies.json --metrics     [{"name": "db", "listen": …, "upstream": …}]

  curl -d '{"name":"db","listen":"127.0.0.1:7000","upstream":"127.0.0.1:5432"}' \\
    http://127.0.0.1:8474/proxies
  curl -d '{"type":"latency","attributes":{"latency":300}}' \\
    http://127.0.0.1:8474/proxies/db/toxics

Ctrl-C ends it, and with it every connection that runs through it.`;

interface ProxyFlags {
  listen: string;
  compat?: boolean;
  strict?: boolean;
  seed: number;
  config?: string;
  metrics?: boolean;
}

export function addProxyCommand(program: Command, host: Host): void {
  program
    .command('proxy')
    .description('the embedded Toxiproxy alone, for any test')
    .option('--listen <host:port>', 'where its API listens', '127.0.0.1:8474')
    .option('--strict', 'refuse what would kill or wedge the original (this is the default)')
    .option('--compat', 'take it as the original does, and make it harmless')
    .option('--seed <n>', 'seed of everything that is drawn', count('--seed'), 1)
    .option('--config <file>', 'a JSON list of proxies to begin with')
    .option('--metrics', 'serve counters for Prometheus under /metrics')
    .addHelpText('after', HELP)
    .action((flags: ProxyFlags) => serve(host, flags));
}

async function serve(host: Host, flags: ProxyFlags): Promise<void> {
  if (flags.compat === true && flags.strict === true) {
    refuse('--compat and --strict do not go together', 'leave one out; strict is the default');
  }
  const { config } = flags;
  const server = await startProxyServer({
    ...endpointIn('--listen', flags.listen),
    seed: flags.seed,
    mode: flags.compat === true ? 'compat' : 'strict',
    metrics: flags.metrics === true,
    ...(config === undefined ? {} : { proxies: proxiesIn(host, config) }),
  }).catch((error: Error) => {
    throw new WorldError(
      'proxy',
      `the proxy did not start: ${error.message}`,
      'try --listen 127.0.0.1:0',
    );
  });
  const ended = new Promise<void>((resolve) => host.onInterrupt(resolve));
  host.stdout(`Toxiproxy API at ${server.url}\n`);
  await ended;
  await server.close();
}

function proxiesIn(host: Host, file: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(host.readText(resolve(host.cwd, file)));
  } catch (error) {
    refuse(
      `${file} cannot be read: ${(error as Error).message}`,
      'it holds a JSON list of proxies',
    );
  }
  if (Array.isArray(value)) return value;
  return refuse(
    `${file} holds no list of proxies`,
    'such as [{ "name": "db", "listen": "127.0.0.1:7000", "upstream": "127.0.0.1:5432" }]',
  );
}

function refuse(message: string, hint: string): never {
  throw new AuthorError([{ code: 'flag', message, hint }]);
}
