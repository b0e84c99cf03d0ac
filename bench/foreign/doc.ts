/** The table of the documentation, made of trials alone. */
import type { Confirmation } from './confirming.ts';
import { SCENES, type Scene } from './foreign-broker.ts';
import type { Outcome } from './outcome.ts';
import type { Trial } from './trial.ts';

const HEAD = `# Brokers that were tried

<!-- Written by node bench/foreign-brokers.ts --doc. Do not edit. -->

Seven brokers that this product does not know, each from a registry of packages and configured as
its file in \`bench/foreign/brokers/\` shows. Three scenes of \`bench/foreign/scenes/\` are played
in front of each: **mixed** QoS through five faults, **qos2** both ways, a **thousand** devices at
QoS 1. A broker is held to what it declares (\`guarantees.md\`). Whatever is found of it beyond that
is shown a second time by a raw client in \`bench/foreign/confirm/\`, which shares no code with the
product. Where a broker goes up to QoS 1 only, the mixed fleet does too. A run proves nothing where
the machine was too busy with something else, and is *not decided* then.

    node bench/foreign-brokers.ts [broker…]    # about four minutes for each broker
`;

export function docOf(trials: readonly Trial[], absent: readonly string[]): string {
  const rows = trials.map(rowOf);
  const table = [
    '| broker | version | declares | mixed | qos2 | thousand |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
  const missing = absent.length === 0 ? '' : `\nNot to be had, so not run: ${absent.join(', ')}.\n`;
  return `${HEAD}\n${table}\n${missing}\n${trials.map(storyOf).join('\n')}`;
}

function rowOf({ broker, version, outcomes }: Trial): string {
  const declared = broker.declares.map(({ key, value }) => `\`${key}: ${value}\``).join('<br>');
  const results = SCENES.map((scene) => resultOf(outcomes, scene));
  return `| ${[broker.name, version, declared, ...results].join(' | ')} |`;
}

function resultOf(outcomes: readonly Outcome[], scene: Scene): string {
  const outcome = outcomes.find((one) => one.scene === scene);
  if (outcome === undefined) return 'not run';
  const { came, fails } = outcome;
  if (came === 'pass') return 'pass';
  if (came === 'refused') return 'refused by the plan';
  const found = Object.entries(fails).map(([checker, count]) => `\`${checker}\` ${count}`);
  if (came === 'found') return `fail: ${found.join(', ')}`;
  return came === 'undecided'
    ? 'nothing found, not decided'
    : `not as expected: ${found.join(', ')}`;
}

function storyOf({ broker, version, confirmations }: Trial): string {
  const saidBy = (script: string | undefined): string => {
    const one: Confirmation | undefined = confirmations.find((each) => each.script === script);
    if (script === undefined) return '–';
    return `\`${script}\`: ${one?.said ?? 'not run'}${one?.shown === false ? ' (not shown)' : ''}`;
  };
  const declared = broker.declares.map(
    ({ key, value, because, confirm }) =>
      `| \`${key}: ${value}\` | declared | ${because} | ${saidBy(confirm)} |`,
  );
  const found = broker.findings.map(({ scenes, checker, because, confirm, sometimes }) => {
    const what = `${sometimes ? 'at times' : 'always'} in ${scenes.join(', ')}`;
    return `| \`${checker}\` | ${what} | ${because} | ${saidBy(confirm)} |`;
  });
  const rows = [...declared, ...found];
  const table = ['| what | | why | shown by |', '|---|---|---|---|', ...rows].join('\n');
  const body = rows.length === 0 ? 'Nothing but MQTT is declared, and nothing was found.' : table;
  return `## ${broker.name} ${version}\n\n${broker.source}\n\n${body}\n`;
}
