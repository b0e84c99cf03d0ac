/**
 * The roof: composes everything into the `twinstorm` command. Nothing imports it. Results go to
 * stdout, progress and problems to stderr; the exit codes are a table that scripts rely on.
 */
import { Command, CommanderError } from 'commander';
import { EXIT } from '#kernel';
import { addCheckPluginCommand } from './check-plugin-command.ts';
import { addDemoCommand } from './demo.ts';
import { addGenerateCommand } from './generate.ts';
import { type Host, nodeHost } from './host.ts';
import { addImageCommand } from './image.ts';
import { addInspectCommands } from './inspect.ts';
import { addK6Command } from './k6.ts';
import { addLedgerCommand } from './ledger.ts';
import { addProbeCommand } from './probe.ts';
import { addProxyCommand } from './proxy.ts';
import { addRulesFlowCommand } from './rules-flow.ts';
import { addRunCommands } from './run.ts';
import { sayError } from './say-error.ts';
import { addStartCommands } from './start.ts';
import { addTraceCommand } from './trace.ts';
import { version } from './version.ts';

const EXIT_TABLE = `
Exit codes
  0    pass
  1    fail: a promise was broken, or a stop-when condition halted the run
  2    unknown: something that had to be decided could not be
  3    bad scenario or flags; nothing was started
  4    invalid run: a fault without effect, nothing sent, no steady state, a saturated generator,
       a missing component, an unreachable target, a full disk
  130  interrupted, after everything was undone`;

export async function main(argv: readonly string[], host: Host = nodeHost()): Promise<number> {
  let code: number = EXIT.pass;
  // Node itself would end with 1, which says that the target broke a promise.
  host.onCrash((error) => sayError(host, error));
  const program = new Command('twinstorm')
    .description(
      'A chaos lab for IoT platforms: one scenario file, thousands of virtual devices, faults that prove themselves, a verdict you can trust.',
    )
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout(text),
      writeErr: (text) => host.stderr(text),
    })
    .addHelpText('after', EXIT_TABLE)
    .showSuggestionAfterError();
  const finish = (value: number): void => {
    code = value;
  };
  addRunCommands(program, host, finish);
  addInspectCommands(program, host, finish);
  addGenerateCommand(program, host);
  addLedgerCommand(program, host);
  addTraceCommand(program, host);
  addCheckPluginCommand(program, host, finish);
  addImageCommand(program, host);
  addRulesFlowCommand(program, host);
  addProxyCommand(program, host);
  addK6Command(program, host);
  addProbeCommand(program, host, finish);
  addStartCommands(program, host, finish);
  addDemoCommand(program, host, finish);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
    return sayError(host, error);
  }
  return code;
}
