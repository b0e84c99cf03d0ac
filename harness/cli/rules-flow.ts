/** `rules-flow`: the rules of a scenario as a program of somebody else's platform. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dialectFamily, isFlow, nodeRedFlow } from '#harness';
import { AuthorError } from '#kernel';
import { addPlanFlags, type RunFlags } from './flags.ts';
import type { Host } from './host.ts';
import { loadPlan } from './load.ts';

const HELP = `
Examples
  twinstorm rules-flow inbox-rules > flows.json
  twinstorm rules-flow my.yaml --broker mqtt://127.0.0.1:1884 --out flows.json

  node-red --userDir FOLDER flows.json                 the flow at work
  twinstorm run my.yaml --gear real --target mqtt://127.0.0.1:1884`;

interface FlowFlags extends RunFlags {
  to: string;
  broker: string;
  out?: string;
  force?: boolean;
}

export function addRulesFlowCommand(program: Command, host: Host): void {
  addPlanFlags(
    program
      .command('rules-flow <scenario>')
      .description('the rules of an inbox as a flow of Node-RED'),
  )
    .option('--to <platform>', 'whose program it is to be: node-red', 'node-red')
    .option('--broker <url>', 'where devices and alarms meet', 'mqtt://127.0.0.1:1883')
    .option('--out <file>', 'write it there instead of to stdout')
    .option('--force', 'overwrite what is there')
    .addHelpText('after', HELP)
    .action((scenario: string, flags: FlowFlags) => write(host, scenario, flags));
}

async function write(host: Host, scenario: string, flags: FlowFlags): Promise<void> {
  if (flags.to !== 'node-red') refuse(`--to does not know '${flags.to}'`, 'write node-red');
  const broker = brokerIn(flags.broker);
  const { plan, catalog } = await loadPlan(host, scenario, flags);
  const isLaned = catalog.of(dialectFamily).get(plan.target.dialect)?.isLaned === true;
  const made = nodeRedFlow(plan, broker, isLaned);
  if (!isFlow(made)) throw new AuthorError(made);
  const text = `${JSON.stringify(made, null, 2)}\n`;
  if (flags.out === undefined) return host.stdout(text);
  const out = resolve(host.cwd, flags.out);
  if (host.exists(out) && flags.force !== true) {
    refuse(`${flags.out} is there already`, 'overwrite it with --force');
  }
  host.write(out, text);
  host.stdout(`wrote ${flags.out} (${made.length} nodes)\n`);
}

function brokerIn(text: string): { host: string; port: number } {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'mqtt:' || url.hostname === '' || url.username !== '') {
    const hint = 'name it such as mqtt://127.0.0.1:1883; who logs in says so in Node-RED';
    return refuse(`--broker takes an address, not '${text.replace(/\/\/[^/@]*@/, '//')}'`, hint);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port === '' ? 1883 : Number(url.port) };
}

function refuse(message: string, hint: string): never {
  throw new AuthorError([{ code: 'flag', message, hint }]);
}
