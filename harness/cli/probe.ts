/**
 * `probe`: a card of what a broker does, seen by raw clients and not read from its handbook, which
 * can be written into a scenario as its guarantees.
 */
import type { Command } from 'commander';
import {
  type Broken,
  brokenPromises,
  brokerFamily,
  type Card,
  guaranteesIn,
  handsOf,
  Interrupted,
  loadCatalog,
  probe,
  QUESTIONS,
  wayIn,
  yamlOf,
} from '#harness';
import { AuthorError, EXIT, knownHint } from '#kernel';
import { parseTarget } from '#scenarios';
import type { Host } from './host.ts';
import { paint, wantsColour } from './paint.ts';
import { cardText } from './probe-text.ts';

const HELP = `
Each line of the card says what the broker does and how that was seen: kept (as MQTT asks), not
kept, a fact (MQTT leaves it open), or open (it could not be seen). It takes a minute at most, and
what the broker needs to start again on top. The load is bounded: some 5,000 small messages, and
single packets of up to 1 MiB. Sessions and retained values of the probe are taken back, also on
Ctrl-C. A broker before the address, or --broker, adds whether it keeps what it promises.

Examples
  twinstorm probe mqtt://127.0.0.1:1883
  twinstorm probe rabbitmq+mqtt://127.0.0.1:1883
  twinstorm probe mqtt://127.0.0.1:1883 --yaml --out guarantees.yaml
  twinstorm probe mqtts://127.0.0.1:8883 --ca ca.pem --credentials who.csv
  twinstorm probe mqtt://127.0.0.1:1883 --kill 'pkill -9 -x mosquitto' --start 'mosquitto -d'
  twinstorm probe mqtt://127.0.0.1:1883 --only wills,queue-limit

Questions
  ${QUESTIONS.slice(0, 8)
    .map(({ name }) => name)
    .join(', ')},
  ${QUESTIONS.slice(8)
    .map(({ name }) => name)
    .join(', ')},
  over-a-restart (with --kill and --start)

Exit codes
  0    the card is made, and no promise of a broker that was named is broken
  1    a promise of the broker that was named is broken
  2    something of the probe could not be taken back
  3    bad flags; nothing was asked
  4    nobody there lets us in
  130  interrupted, after all was taken back`;

interface ProbeFlags {
  credentials?: string;
  ca?: string;
  topic?: string;
  broker?: string;
  kill?: string;
  start?: string;
  only?: string;
  json?: boolean;
  yaml?: boolean;
  out?: string;
  plugin?: string[];
  iOwnThisTarget?: boolean;
}

export function addProbeCommand(
  program: Command,
  host: Host,
  finish: (code: number) => void,
): void {
  program
    .command('probe <url>')
    .description('make a card of what a broker really does, to hold it to')
    .option('--credentials <file>', 'user and password: a line `probe,user,password`, or `*,…`')
    .option('--ca <file>', 'the certificate authority to trust')
    .option('--topic <prefix>', 'below which topics are used (default: one of its own)')
    .option('--broker <name>', 'a known broker, whose promises are compared')
    .option('--kill <command>', 'kills the broker without warning; needs --start')
    .option('--start <command>', 'starts it again; needs --kill')
    .option('--only <questions>', 'these questions alone, with commas')
    .option('--json', 'print the card as JSON')
    .option('--yaml', 'print the guarantees, to paste below target:')
    .option('--out <file>', 'write it into a file')
    .option('--i-own-this-target', 'the broker is elsewhere, and yours to try')
    .addHelpText('after', HELP)
    .action(async (url: string, flags: ProbeFlags) => finish(await made(host, url, flags)));
}

async function made(host: Host, written: string, flags: ProbeFlags): Promise<number> {
  const { url, broker } = readTarget(written, flags);
  const promises = broker === null ? null : await promisesOf(broker);
  const only = questionsIn(flags);
  const way = wayIn(url, { ...flags, base: host.cwd });
  if (way.elsewhere !== null && flags.iOwnThisTarget !== true) {
    throw wrong(
      `${way.elsewhere} is not this machine`,
      'probe what is yours: add --i-own-this-target if this is',
    );
  }
  const { kill, start } = flags;
  const abort = new AbortController();
  await host.begins();
  const quiet = host.onInterrupt(() => abort.abort());
  const card = await probe({
    way,
    hands: kill === undefined || start === undefined ? null : handsOf(kill, start),
    prefix: flags.topic ?? null,
    only,
    signal: abort.signal,
    onAnswer: (name, done, of) => progress(host, name, done, of),
  }).finally(quiet);
  if (host.stderrIsTty) host.stderr('\r\u001b[K');
  const broken = promises === null ? [] : brokenPromises(promises, card.findings);
  for (const one of card.left) host.stderr(`left behind: ${one}\n`);
  if (abort.signal.aborted) throw new Interrupted('interrupted; what was kept is taken back');
  say(host, flags, { url, broker, card, broken });
  if (card.left.length > 0) return EXIT.unknown;
  return broken.length > 0 ? EXIT.fail : EXIT.pass;
}

interface Made {
  url: string;
  broker: string | null;
  card: Card;
  broken: readonly Broken[];
}

function say(host: Host, { json, yaml, out }: ProbeFlags, made: Made): void {
  const { findings } = made.card;
  const colour = out === undefined && wantsColour(host, host.stdoutIsTty);
  const text =
    json === true
      ? `${JSON.stringify(whole(made), null, 2)}\n`
      : yaml === true
        ? yamlOf(findings)
        : cardText(made, paint(colour));
  if (out === undefined) host.stdout(text);
  else {
    host.write(out, text);
    host.stderr(`written to ${out}\n`);
  }
}

const whole = ({ url, broker, card, broken }: Made) => ({
  format: 'twinstorm.probe/1',
  ...{ url, broker, guarantees: guaranteesIn(card.findings), broken },
  seconds: Number(card.seconds.toFixed(1)),
  findings: card.findings,
});

function progress(host: Host, name: string, done: number, of: number): void {
  const line = `asked ${done} of ${of}: ${name}`;
  host.stderr(host.stderrIsTty ? `\r\u001b[K${line}` : `${line}\n`);
}

function readTarget(written: string, flags: ProbeFlags): { url: string; broker: string | null } {
  const read = parseTarget(written);
  if (!read.ok) throw wrong(`the address ${read.message}`, read.hint);
  const { with: given, broker } = read.target;
  if (typeof given.url !== 'string') throw wrong('probe takes an address', 'mqtt://127.0.0.1:1883');
  if ((flags.kill === undefined) !== (flags.start === undefined)) {
    throw wrong('--kill and --start go together', 'what is killed must be started again');
  }
  if (flags.json === true && flags.yaml === true) {
    throw wrong('--json and --yaml are two forms of one thing', 'ask for one of them');
  }
  return { url: given.url, broker: flags.broker ?? broker };
}

async function promisesOf(broker: string) {
  const brokers = (await loadCatalog([brokerFamily])).of(brokerFamily);
  const known = brokers.get(broker);
  if (known !== undefined) return known.promises;
  const message = `there is no broker '${broker}' whose promises are known`;
  throw new AuthorError([{ code: 'flag', message, ...knownHint(broker, [...brokers.keys()]) }]);
}

function questionsIn({ only, kill }: ProbeFlags): string[] {
  const asked = (only ?? '').split(',').filter((name) => name !== '');
  const known = QUESTIONS.map(({ name }) => name);
  const all = kill === undefined ? known : [...known, 'over-a-restart'];
  for (const name of asked) {
    if (all.includes(name)) continue;
    const message = `--only: there is no question '${name}'`;
    throw new AuthorError([{ code: 'flag', message, ...knownHint(name, all) }]);
  }
  return asked;
}

const wrong = (message: string, hint: string): AuthorError =>
  new AuthorError([{ code: 'flag', message, hint }]);
