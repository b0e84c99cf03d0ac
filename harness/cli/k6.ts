/** `k6 build`: a k6 that speaks MQTT itself, for scripts of a scenario's load. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { buildK6 } from '#harness';
import type { Host } from './host.ts';

const EXAMPLE = `
Example
  twinstorm k6 build --out k6-mqtt
  K6_BIN=./k6-mqtt twinstorm run k6-beside-fleet

A stock k6 goes as well: scripts then speak MQTT in WebSocket, through a bridge of the run.`;

export function addK6Command(program: Command, host: Host): void {
  program
    .command('k6')
    .description('what load by k6 needs')
    .command('build')
    .description('build a k6 with the module k6/x/mqtt by xk6, or say how')
    .option('--out <file>', 'the k6 that is built', 'k6')
    .addHelpText('after', EXAMPLE)
    .action(async ({ out }: { out: string }) => {
      await buildK6(resolve(host.cwd, out), (text) => host.stderr(text));
      host.stdout(`${out}\n`);
    });
}
