/**
 * Every capability of the product is whole, by what the catalog holds; and each gap that there can
 * be is seen when it is planted.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineDeviceMutant, definePart, partFamily } from '#devices';
import { PluginCatalog, workflowFamily } from '#harness';
import { type AuthorError, type Family, mutantFamily, type Plugin } from '#kernel';
import { defineOracle } from '#oracles';
import { serviceFamily } from '#platform';
import { defineChecker } from '#reports';
import { defineWorkflow } from '../workflows/workflow.ts';
import { FAMILIES, wholeCatalog } from './families.ts';
import { type Slice, slicesOf } from './slices.ts';

const families: readonly Family[] = FAMILIES;
let catalog: PluginCatalog;
beforeAll(async () => {
  catalog = await wholeCatalog();
});

/** The product's catalog with some more, and without what is named. */
function changed(more: readonly Plugin[], without: readonly string[] = []): PluginCatalog {
  const kinds = families.map((family): [string, Map<string, Plugin>] => {
    const added = more.filter((plugin) => plugin.family === family.family);
    const left = [...catalog.of(family).values(), ...added].filter(
      ({ kind }) => !without.includes(kind),
    );
    return [family.family, new Map(left.map((plugin) => [plugin.kind, plugin]))];
  });
  return new PluginCatalog(families, new Map(kinds));
}

const gapsOf = (slices: readonly Slice[]): string[] => slices.flatMap(({ gaps }) => gaps);

describe('the product', () => {
  it('has an oracle, a checker and a mutant for every capability', () => {
    const slices = slicesOf(catalog);
    expect(gapsOf(slices)).toEqual([]);
    for (const { word, oracles, checkers, mutants } of slices) {
      // What needs MQTT 5 has its liars before other brokers than the twin.
      const isBeyond = catalog.of(workflowFamily).get(word)?.mqtt === '5';
      const planted = isBeyond ? [] : [mutants];
      for (const room of [oracles, checkers, ...planted]) expect(room).not.toEqual([]);
    }
    const rooms = (word: string) => slices.find((slice) => slice.word === word);
    expect(rooms('commands')).toMatchObject({ part: true, service: false, workflow: true });
    expect(rooms('telemetry')).toMatchObject({ part: true, service: true, workflow: false });
    expect(rooms('status')).toMatchObject({
      checkers: ['retained-current', 'will-honest'],
      oracles: ['connections', 'delivery'],
    });
  });

  it('leaves out what nobody can tell from outside, and nothing else', () => {
    const words = new Set(slicesOf(catalog).map(({ word }) => word));
    const kinds = [...catalog.of(partFamily).keys(), ...catalog.of(serviceFamily).keys()];
    expect(kinds.filter((kind) => !words.has(kind)).sort()).toEqual(['health', 'naps', 'registry']);
    for (const { word } of catalog.of(mutantFamily).values()) expect(words.has(word)).toBe(true);
  });
});

const part = definePart({
  kind: 'hum',
  summary: 'hums',
  streams: [{ name: 'hum', way: 'up', schedule: { by: 'event' } }],
  seams: ['hum'],
  start: () => ({}),
});
const workflow = defineWorkflow({
  kind: 'hum',
  summary: 'asks devices to hum',
  params: {},
  needs: ['presence'],
  parts: ['hum'],
  resolve: () => ({ resolved: null }),
  start: () => ({ stop: () => {}, account: () => {}, end: async () => {} }),
});
const oracle = defineOracle({
  kind: 'hum',
  summary: 'what was hummed',
  scope: 'lane',
  start: () => ({ step: () => {} }),
});
const checker = defineChecker({
  kind: 'hum-heard',
  title: 'Humming is heard',
  refs: [],
  summary: 'What is hummed is heard.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['hum'],
  applies: () => true,
  start: () => {
    throw new Error('is never started');
  },
  say: () => '',
});
const mutant = defineDeviceMutant<{ hum?(): boolean }>({
  kind: 'hum-stops',
  summary: 'does not hum',
  word: 'hum',
  caughtBy: 'hum-heard',
  scenario: 'hello-fleet',
  plant: () => ({ hum: () => false }),
});
const whole: readonly Plugin[] = [part, workflow, oracle, checker, mutant];
const instead = (plugin: Plugin): Plugin[] => [
  ...whole.filter(({ family }) => family !== plugin.family),
  plugin,
];

describe("a user's capability", () => {
  it('is whole when all of it is there', () => {
    expect(slicesOf(changed(whole)).find(({ word }) => word === 'hum')).toEqual({
      word: 'hum',
      part: true,
      service: false,
      workflow: true,
      oracles: ['hum'],
      checkers: ['hum-heard'],
      mutants: ['hum-stops'],
      gaps: [],
    });
  });

  it('may ask for the half of an oracle that sees the fleet, where there is one', () => {
    const asking = instead({ ...checker, asks: ['hum/fleet'] } as Plugin);
    expect(gapsOf(slicesOf(changed(asking)))).toEqual([
      "the checker hum-heard asks 'hum/fleet', which is no oracle",
    ]);
    const halved = { ...oracle, fleet: { ops: [], start: oracle.start } };
    const others = asking.filter(({ family }) => family !== 'oracle');
    const slices = slicesOf(changed([...others, halved as Plugin]));
    expect(gapsOf(slices)).toEqual([]);
    expect(slices.find(({ word }) => word === 'hum')?.oracles).toEqual(['hum']);
  });

  it.each<[string, readonly Plugin[], readonly string[]]>([
    ['a part alone', [part], ['hum has no mutant', 'hum has no checker', 'hum has no oracle']],
    ['no mutant', whole.filter((one) => one !== mutant), ['hum has no mutant']],
    [
      'a mutant that no checker catches',
      instead({ ...mutant, caughtBy: 'hum-hard' } as Plugin),
      ["the mutant hum-stops is caught by 'hum-hard', which is no checker"],
    ],
    [
      'a mutant in no place',
      instead({ ...mutant, plant: () => ({ drum: () => false }) } as Plugin),
      ["the mutant hum-stops plants 'drum', which is no seam of any part"],
    ],
    [
      'a checker that asks nobody there is',
      instead({ ...checker, asks: ['humming'] } as Plugin),
      ["the checker hum-heard asks 'humming', which is no oracle"],
    ],
    [
      'no checker',
      whole.filter((one) => one !== checker),
      ['hum has no checker', "the mutant hum-stops is caught by 'hum-heard', which is no checker"],
    ],
    [
      'a workflow without its part and its port',
      instead({ ...workflow, parts: ['humming'], needs: ['ears'] } as Plugin),
      [
        "the workflow hum needs 'humming', which is no part",
        "the workflow hum needs the port 'ears', which no target offers",
      ],
    ],
  ])('is not with %s', (_, plugins, gaps) => {
    expect(gapsOf(slicesOf(changed(plugins)))).toEqual(gaps);
  });

  it('may bring a mutant from before there were words', () => {
    const { word: _, ...older } = mutant;
    const slices = slicesOf(changed([{ ...older, kind: 'silence' } as Plugin]));
    expect(gapsOf(slices)).toEqual([]);
    expect(slices.map(({ word }) => word)).toEqual(slicesOf(catalog).map(({ word }) => word));
  });
});

it('finds the capability of the template whole, and sees each of its files go', async () => {
  const folder = fileURLToPath(new URL('../../tests/echo/', import.meta.url));
  const files = readdirSync(folder).sort();
  // A file whose name another one gives is missed before that, when the other is loaded.
  const echo = async (left: readonly string[]): Promise<Slice | string | undefined> => {
    const more = await catalog
      .with(left.map((file) => join(folder, file)))
      .catch(({ message }: AuthorError) => message);
    return typeof more === 'string' ? more : slicesOf(more).find(({ word }) => word === 'echo');
  };
  const all = { part: true, service: true, workflow: true, gaps: [] };
  expect(await echo(files)).toMatchObject(all);
  for (const gone of files) {
    const left = await echo(files.filter((file) => file !== gone));
    if (typeof left === 'string') expect(left).toMatch(/names no \w+ that there is: 'echo/);
    else expect(left, gone).not.toMatchObject(all);
  }
});

it('sees what one of ours leaves behind when it is taken away', () => {
  expect(gapsOf(slicesOf(changed([], ['presence-stuck'])))).toEqual(['presence has no mutant']);
  expect(gapsOf(slicesOf(changed([], ['session-kept'])))).toEqual([
    "the mutant sessions-forgets-some is caught by 'session-kept', which is no checker",
  ]);
  expect(gapsOf(slicesOf(changed([], ['delivery'])))).toContain(
    "the checker no-acked-loss asks 'delivery', which is no oracle",
  );
});
