/**
 * docs/scenario.md, the reference of a scenario's file, written from what reads the file: the JSON
 * Schema says every key, and the plug-ins say what each of them takes. Nobody keeps it by hand, and
 * a test says when it is behind.
 *
 *   node tools/scenario-doc.ts    write it anew
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { faultFamily } from '#chaos';
import { boundsOf, type Catalog, type Family, type Params, paramForm } from '#kernel';
import { scenarioJsonSchema } from '#scenarios';
import { FAMILIES, wholeCatalog } from '../harness/cli/families.ts';

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
}

const FILE = fileURLToPath(new URL('../docs/scenario.md', import.meta.url));
/** Families that a scenario names, with the key under which it does. */
const NAMED = [
  ['model', 'fleet[].model'],
  ['part', 'fleet[].parts'],
  ['fault', 'chaos[].fault'],
  ['checker', 'expect[]'],
  ['workflow', 'workflows[]'],
] as const;

export const writtenDoc = (): string => readFileSync(FILE, 'utf8');

export async function scenarioDoc(): Promise<string> {
  const catalog = await wholeCatalog();
  const schema = scenarioJsonSchema() as Schema;
  const lines = [
    ...HEAD,
    ...sectionsOf('', schema, 'The file'),
    ...NAMED.flatMap(([family, key]) => familyLines(catalog, family, key)),
    ...togetherLines(catalog),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

const HEAD = `# The scenario file

<!-- Written by node tools/scenario-doc.ts from the schema and the plug-ins. Do not edit. -->

A scenario is one YAML file, or a TypeScript module whose default export has the same shape. Its
first key is \`twinstorm: 1\`. \`twinstorm validate FILE\` says everything that is wrong with one,
\`twinstorm plan FILE\` what it will do; \`twinstorm schema\` prints this page for editors.

- A **duration** is a number with a unit: \`250ms\`, \`8s\`, \`1m30s\`, \`2h\`.
- A **share** is a percentage or a part of one: \`10%\`, \`0.1\`. A bare \`10\` is refused.
- A **moment** is a phase, a phase and a duration, or a duration since the start: \`chaos\`,
  \`chaos+5s\`, \`12s\`.
- A share that **selects** devices (\`where: 20%\`) draws each device by itself, from the seed, the
  fault and the name of the device. So one device more changes the lot of no other, and a scenario
  keeps its victims when the fleet grows. The price: 20 % of 300 are about 60 and not exactly 60,
  and of a small fleet it may be far from that. \`twinstorm plan\` says how many it is; the same
  seed selects the same ones.
- Of what a device is made **with** stands what is typical, how far most devices are from it (two of
  three by no more; what a scenario sets keeps that spread), and the bounds of what can be set.
`.split('\n');

/** A table of the keys of a map, and then a section for each map inside. */
function sectionsOf(path: string, schema: Schema, title: string): string[] {
  const inner: string[] = [];
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    for (const [place, map] of mapsIn(at, value))
      inner.push(...sectionsOf(place, map, `\`${place}\``));
    const must = schema.required?.includes(key) === true && value.default === undefined;
    const left = must ? 'required' : defaultOf(value);
    return `| \`${key}\` | ${formOf(value)} | ${left} | ${cell(value.description ?? '')} |`;
  });
  const about = path === '' ? [] : [schema.description ?? '', ''];
  return [
    `## ${title}`,
    '',
    ...about,
    '| key | form | default | |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...inner,
  ];
}

/** The maps with keys of their own that a value may hold, each with its place. */
function mapsIn(place: string, schema: Schema): [string, Schema][] {
  if (schema.properties !== undefined) return [[place, schema]];
  const { additionalProperties: named } = schema;
  return [
    ...(schema.items === undefined ? [] : mapsIn(`${place}[]`, schema.items)),
    ...(typeof named === 'object' ? mapsIn(`${place}.NAME`, named) : []),
    ...(schema.anyOf ?? []).flatMap((one) => mapsIn(place, one)),
  ];
}

function formOf(schema: Schema): string {
  const { anyOf, type, items, examples, minimum, maximum } = schema;
  if ('const' in schema) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (examples !== undefined) return `such as ${examples.map(code).join(', ')}`;
  if (anyOf !== undefined) return [...new Set(anyOf.map(formOf))].join('; or ');
  if (type === 'array') return `list: ${items === undefined ? 'anything' : formOf(items)}`;
  if (type === 'object') return schema.properties === undefined ? 'map of names' : 'map, below';
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer' || type === 'number') return `${minimum ?? ''} to ${maximum ?? ''}`;
  return type === 'string' ? 'text' : 'anything';
}

function defaultOf({ default: value }: Schema): string {
  const isEmpty = typeof value === 'object' && JSON.stringify(value).length === 2;
  return value === undefined || value === '' || isEmpty ? '' : code(value);
}

/** What can stand there, and what each takes. */
function familyLines(catalog: Catalog, family: string, key: string): string[] {
  const plural = FAMILIES.find((one) => one.family === family)?.plural ?? family;
  const words = [...(catalog.words(family)?.values() ?? [])];
  return [
    `## ${plural}: \`${key}\``,
    '',
    `| ${family} | takes | |`,
    '|---|---|---|',
    ...words.map(
      ({ kind, summary, params }) => `| \`${kind}\` | ${takes(params)} | ${cell(summary ?? '')} |`,
    ),
    '',
    ...shownLines(catalog, family),
  ];
}

/** Of each one what there is to know besides, such as what a device measures and obeys. */
function shownLines(catalog: Catalog, family: string): string[] {
  const families: readonly Family[] = FAMILIES;
  const own = families.find((one) => one.family === family);
  if (own === undefined) return [];
  return [...catalog.of(own).values()].flatMap((plugin) => {
    const rows = own.shows(plugin);
    if (rows.length === 0) return [];
    return [
      `### \`${plugin.kind}\``,
      '',
      '| | name | form | |',
      '|---|---|---|---|',
      ...rows.map(({ as, name, form, about }) =>
        ['', as, code(name), cell(form), cell(about), ''].join(' | ').trim(),
      ),
      '',
    ];
  });
}

/** What faults do to each other where they overlap, from what each says of itself. */
function togetherLines(catalog: Catalog): string[] {
  const kinds = [...catalog.of(faultFamily).values()];
  const named = (are: boolean): string =>
    kinds
      .filter(({ additive = false }) => additive === are)
      .map(({ kind }) => code(kind))
      .join(', ');
  return [
    '## Several faults at once',
    '',
    'Faults may overlap on one device: each acts in its turn and goes with its own end, and what',
    'the link is at any time is what all that act make of it. What one does another may hide; what',
    'of a fault could not be seen for that reason is undecided, and never held against it.',
    '',
    `Two of the same kind add up: ${named(true)}. Of any other kind two exclude each other, and`,
    'the plan refuses them on the same link in the same direction, on the same device, or on the',
    `target: ${named(false)}.`,
    'So do any two that take the same link down.',
    '',
  ];
}

const takes = (params: Params): string =>
  Object.entries(params)
    .map(([name, param]) => {
      const must = param.optional === true ? '' : ', required';
      const left = param.default === undefined ? must : `, default ${code(param.default)}`;
      const bounds = boundsOf(param);
      const within = bounds === '' ? '' : `, ${cell(bounds)}`;
      return `\`${name}\`: ${cell(paramForm(param))}${within}${left}`;
    })
    .join('<br>');

const code = (value: unknown): string =>
  `\`${oneLine(typeof value === 'string' ? value : JSON.stringify(value))}\``;

/** What looks like a tag would be taken for one. */
const cell = (text: string): string => oneLine(text).replaceAll('<', '&lt;');

const oneLine = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(FILE, await scenarioDoc());
}
