import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Params } from '#kernel';
import { scenarioJsonSchema } from './json-schema.ts';
import { catalogOf, ROLL_OUT, wordsOf } from './testing/words.ts';

const compile = (schema: object): ValidateFunction =>
  new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allErrors: true,
    allowUnionTypes: true,
  }).compile(schema);
const folder = (name: string): URL => new URL(name, import.meta.url);
const yamlIn = (name: string): string[] =>
  readdirSync(folder(name))
    .filter((file) => file.endsWith('.yaml'))
    .sort();
const load = (name: string, file: string): unknown =>
  parse(readFileSync(new URL(file, folder(name)), 'utf8'), { uniqueKeys: false });

/** Wrong only in what one part says of another, which a schema of shapes cannot see. */
const SOUND_IN_SHAPE = ['impossible-schedule', 'unknown-names', 'duplicate-keys'];
/** No values at all, or none that could be loaded. */
const UNREADABLE = ['broken-syntax', 'tabs', 'unresolved-alias'];

const LATENCY: Params = {
  p50: { kind: 'duration', about: '50 %.', optional: true, group: 'limit' },
  p99: { kind: 'duration', about: '99 %.', optional: true, group: 'limit' },
  during: { kind: 'text', about: 'When.', default: 'steady' },
};
const CATALOG = catalogOf({
  model: [
    {
      kind: 'room-thermostat',
      summary: 'A room.',
      params: { tau: { kind: 'number', about: 'Inertia.', unit: 's', min: 1, optional: true } },
    },
  ],
  fault: [
    {
      kind: 'latency',
      summary: 'Slow.',
      params: { delay: { kind: 'duration', about: 'How slow.' } },
    },
    { kind: 'outage', summary: 'Off.', params: {} },
  ],
  checker: [
    { kind: 'no-acked-loss', summary: 'Nothing is lost.', params: {} },
    { kind: 'latency', summary: 'Fast enough.', params: LATENCY },
  ],
  workflow: [ROLL_OUT],
});
const NO_WORKFLOW = catalogOf({ model: wordsOf('room-thermostat') });

describe('the schema of shapes', () => {
  const validate = compile(scenarioJsonSchema());

  it.each([
    ...yamlIn('fixtures/').map((file) => ['fixtures/', file] as const),
    ...yamlIn('library/').map((file) => ['library/', file] as const),
  ])('accepts %s%s', (name, file) => {
    validate(load(name, file));
    expect(validate.errors ?? []).toEqual([]);
  });

  const bad = yamlIn('goldens/').filter(
    (file) => ![...SOUND_IN_SHAPE, ...UNREADABLE].includes(file.replace('.yaml', '')),
  );
  it.each(bad)('rejects %s', (file) => {
    expect(validate(load('goldens/', file))).toBe(false);
  });

  it('describes every key to editors', () => {
    const { properties } = scenarioJsonSchema() as { properties: Record<string, object> };
    expect(Object.keys(properties).length).toBeGreaterThan(15);
    for (const [key, value] of Object.entries(properties)) {
      const described = 'description' in value || 'anyOf' in value;
      expect(described, `${key} has a description`).toBe(true);
    }
  });

  it('is what lies beside the library for editors', () => {
    const text = readFileSync(new URL('scenario.schema.json', import.meta.url), 'utf8');
    const { if: _if, then: _then, ...shapes } = JSON.parse(text) as Record<string, unknown>;
    const hint = 'write it anew: twinstorm schema > scenarios/scenario.schema.json';
    expect(shapes, hint).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });
});

describe('the schema with a catalog', () => {
  const validate = compile(scenarioJsonSchema(CATALOG));
  const base = { twinstorm: 1, name: 'x', fleet: [{ model: 'room-thermostat', count: 1 }] };
  const fault = (fields: object): object => ({
    ...base,
    chaos: [{ at: 'chaos', for: '5s', ...fields }],
  });

  const tied = (given: object): object => ({
    ...base,
    chaos: [JSON.parse(JSON.stringify({ fault: 'outage', for: '2s', ...given }))],
  });
  const roll = (params: object): object => ({ ...base, workflows: [{ 'roll-out': params }] });

  it.each([
    ['plain', base],
    [
      'model parameters',
      { ...base, fleet: [{ model: 'room-thermostat', count: 1, with: { tau: 5 } }] },
    ],
    ['fault parameters', fault({ fault: 'latency', with: { delay: '1s' } })],
    ['a fault while a device is in a state', tied({ while: { state: 'power.on' } })],
    ['a fault when a device enters a state', tied({ when: { state: 'power.on', n: 2 } })],
    ['one with an end', tied({ while: { state: 'power.on' }, at: 'chaos', until: 'chaos+9s' })],
    [
      'checkers',
      { ...base, expect: ['no-acked-loss', { latency: { p99: '1s' } }, { latency: null }] },
    ],
    ['a workflow', roll({ to: '2.1.0', rings: [{ share: '5%' }, { share: 1, wait: '1m' }] })],
    ['a map of a workflow', roll({ to: '2', rings: [{ share: '5%' }], labels: { a: 1 } })],
    [
      'plug-ins of your own',
      { ...base, fleet: [{ model: 'mine', count: 1 }], plugins: ['./m.ts'] },
    ],
  ])('accepts %s', (_name, value) => {
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown model', { ...base, fleet: [{ model: 'toaster', count: 1 }] }],
    ['an unknown fault', fault({ fault: 'flood' })],
    ['an unknown checker', { ...base, expect: ['never-wrong'] }],
    ['an unknown parameter', fault({ fault: 'outage', with: { delay: '1s' } })],
    ['a missing parameter', fault({ fault: 'latency', with: {} })],
    ['a fault that begins at no time', tied({})],
    ['one that is tied twice', tied({ while: { state: 'a.b' }, when: { state: 'a.b' } })],
    ['one that is tied and lasts for ever', tied({ while: { state: 'a.b' }, for: undefined })],
    ['a wrong unit', fault({ fault: 'latency', with: { delay: 5 } })],
    ['none of a group', { ...base, expect: [{ latency: { during: 'all' } }] }],
    ['a parameter of a checker', { ...base, expect: [{ latency: { p95: '1s' } }] }],
    ['an unknown workflow', { ...base, workflows: ['roll-back'] }],
    ['an empty list', roll({ to: '2', rings: [] })],
    ['a part of an item', roll({ to: '2', rings: [{ share: '5%', wiat: '1s' }] })],
    ['a value of a map', roll({ to: '2', rings: [{ share: '5%' }], labels: { a: 'x' } })],
    [
      'a parameter out of range',
      { ...base, fleet: [{ model: 'room-thermostat', count: 1, with: { tau: 0 } }] },
    ],
  ])('rejects %s', (_name, value) => {
    expect(validate(value)).toBe(false);
  });

  it('has no workflow where there is none', () => {
    const some = compile(scenarioJsonSchema(NO_WORKFLOW));
    expect(some(base)).toBe(true);
    expect(some({ ...base, workflows: ['roll-out'] })).toBe(false);
  });
});
