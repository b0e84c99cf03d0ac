/**
 * The card of a data set: what is in it, how it was made, how to read it, and how not to fool
 * oneself with it. Its head is what data hubs read; each table is a configuration of its own there,
 * since a viewer refuses files of one configuration that differ in their columns.
 */
import { AILING, type DataSet, type DataSetTable } from '#kernel';
import { formatCount } from '../wording.ts';

export interface CardFacts {
  /** Of the tool. */
  version: string;
}

export function dataSetCard(data: DataSet, facts: CardFacts): string {
  return [
    head(data),
    intro(data),
    splits(data),
    events(data),
    columns(data),
    care(),
    made(data, facts),
  ].join('\n');
}

const SIZES: readonly [number, string][] = [
  [1000, 'n<1K'],
  [10_000, '1K<n<10K'],
  [100_000, '10K<n<100K'],
  [1_000_000, '100K<n<1M'],
  [10_000_000, '1M<n<10M'],
  [100_000_000, '10M<n<100M'],
];

const sizeOf = (rows: number): string => SIZES.find(([below]) => rows < below)?.[1] ?? '100M<n<1B';

function head(data: DataSet): string {
  const configs = data.tables.flatMap(({ table, files, holds }) => [
    `  - config_name: ${table.name}`,
    ...(holds === 'telemetry' && table === data.tables[0]?.table ? ['    default: true'] : []),
    '    data_files:',
    ...splitsIn(files).flatMap(([split, paths]) => [
      `      - split: ${split}`,
      `        path: ${JSON.stringify(paths)}`,
    ]),
  ]);
  return [
    '---',
    `pretty_name: ${JSON.stringify(data.name)}`,
    ...(data.license === undefined ? [] : [`license: ${data.license.toLowerCase()}`]),
    'task_categories: [time-series-forecasting, tabular-classification]',
    'tags: [synthetic, iot, anomaly-detection, predictive-maintenance]',
    `size_categories: [${sizeOf(data.rows)}]`,
    'configs:',
    ...configs,
    '---',
    '',
  ].join('\n');
}

/** By split; what is of all splits is told as train, which every hub has a name for. */
function splitsIn(files: DataSetTable['files']): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const { split, path } of files) {
    const name = split ?? 'train';
    found.set(name, [...(found.get(name) ?? []), path]);
  }
  return [...found];
}

const intro = ({ name, about, rows, devices, events: told, start, seed }: DataSet): string =>
  [
    `# ${name}`,
    '',
    about.trim(),
    '',
    `${formatCount(rows)} rows of ${formatCount(devices)} devices from ${start} on, with`,
    `${formatCount(told.length)} events. All of it is computed: device physics with parameters of`,
    `their own, measured by sensors with noise, rails and steps. Seed ${seed}.`,
    '',
  ].join('\n');

const SPLIT: Readonly<Record<string, string>> = {
  device: 'By device: all rows of a device are in one split, so no model can know it again.',
  site: 'By site: all devices of a site are in one split, and so is its weather.',
  mechanism:
    'By mechanism: what goes wrong in one way is in one split, so a model is tried on what it ' +
    'never saw. Devices that stay well are in any.',
  time: 'By time: what comes later is in a later split, and a device is in all of them.',
};

function splits(data: DataSet): string {
  const rows = data.splits.map(
    (one) => `| ${one.name} | ${formatCount(one.devices)} | ${formatCount(one.events)} |`,
  );
  return [
    '## Splits',
    '',
    SPLIT[data.splitBy] ?? '',
    '',
    '| split | devices | events |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function events(data: DataSet): string {
  const count = new Map<string, number>();
  for (const { faultClass } of data.events) count.set(faultClass, (count.get(faultClass) ?? 0) + 1);
  const rows = [...count].sort().map(([name, times]) => `| ${name} | ${formatCount(times)} |`);
  const phases = Object.entries(AILING).map(([word, code]) => `${code} ${word}`);
  return [
    '## Labels',
    '',
    'Every event runs from its cause to the end of its effect. The effect is found by computing',
    'each device once more without the event: a row is labelled where, and only where, something',
    'is otherwise than it would have been. What is mended can go on being otherwise, such as a',
    'compressor that now starts at other times: `phase` says so.',
    '',
    `Phases: ${phases.join(', ')}.`,
    '',
    ...(rows.length === 0
      ? ['Nothing happened to any device.']
      : ['| class | events |', '|---|---|']),
    ...rows,
    '',
  ].join('\n');
}

const columns = ({ tables }: DataSet): string =>
  [
    '## Tables',
    '',
    ...tables.flatMap(({ table, files }) => [
      `### ${table.name}`,
      '',
      `${table.about}. In ${placeOf(files)}.`,
      '',
      '| column | unit | what |',
      '|---|---|---|',
      ...table.columns.map(({ name, unit, about, codes }) => {
        const meant = Object.entries(codes ?? {}).map(([code, word]) => `${code} ${word}`);
        return `| ${name} | ${unit} | ${[about, ...meant].join('; ')} |`;
      }),
      '',
    ]),
  ].join('\n');

const placeOf = ([first, ...others]: DataSetTable['files']): string =>
  others.length === 0 ? `\`${first?.path ?? ''}\`` : `${others.length + 1} files`;

const care = (): string =>
  [
    '## With care',
    '',
    '- Do not train on the tables of truth: no sensor knows what is in them.',
    '- A random split of windows flatters: compare with the split by device.',
    '- These are simulated devices. A detector that is good here is a candidate, and no more.',
    '',
  ].join('\n');

const made = ({ again, format }: DataSet, { version }: CardFacts): string =>
  [
    '## How it was made',
    '',
    `By twinstorm ${version}, as ${format}; the same command gives the same bytes:`,
    '',
    '```',
    again,
    '```',
    '',
    '`SHA256SUMS` has the sum of each file, `plan.json` every device with all that was drawn.',
    '',
  ].join('\n');
