/**
 * What every kind of target and every known broker keeps to: it says what it is, gives a reason for
 * each promise, and keeps secrets out of the plan.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ParamValues } from '#kernel';
import { parseScenario, type ScenarioTarget } from '#scenarios';
import { productionFiles, ROOT } from '../../tools/house.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { brokerFamily } from './broker-family.ts';
import { targetFamily } from './target-family.ts';

const catalog = await loadCatalog([targetFamily, brokerFamily]);
const [targets, brokers] = [catalog.of(targetFamily), catalog.of(brokerFamily)];
const KNOWN = { brokers, services: ['echo'] };

function written(text: string): ScenarioTarget {
  const lines = ['twinstorm: 1', 'name: x', 'fleet: [{ model: m, count: 1 }]', `target: ${text}`];
  const parsed = parseScenario(lines.join('\n'), 'x.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario.target;
}

describe.each([...targets.values()])('the target kind $kind', (kind) => {
  const params: ParamValues = Object.fromEntries(
    Object.entries(kind.params).map(([name, { kind: form }]) => [
      name,
      form === 'text' ? 'mqtt://user:secret@127.0.0.1' : 1,
    ]),
  );
  const facts = () => kind.plan({ params, written: written(`{ kind: ${kind.kind} }`), ...KNOWN });

  it('says what it is and where it can stand', () => {
    expect(kind).toMatchObject({ family: 'target', summary: expect.stringMatching(/./) });
    expect(kind.gears.length).toBeGreaterThan(0);
    expect(new Set(kind.offers).size).toBe(kind.offers.length);
    for (const param of Object.values(kind.params)) expect(param.about).toMatch(/\.$/);
  });

  it('has a reason for each promise', () => {
    for (const { because } of Object.values(kind.promises)) expect(because).toMatch(/\w/);
  });

  it('has a name, and no more than its kind in the plan', () => {
    expect(facts().name).not.toBe('');
    expect(Object.keys(facts().params).every((name) => name in kind.params)).toBe(true);
  });

  it('plans the same twice', () => {
    expect(facts()).toEqual(facts());
  });
});

it('the platform twin offers each of its services as a port', () => {
  const target = written('embedded');
  const facts = targets.get('embedded')?.plan({ params: {}, written: target, ...KNOWN });
  expect(facts?.offers).toContain('echo');
});

it('a target by URL keeps no password in its plan', () => {
  const url = targets.get('url');
  const params = { url: 'mqtt://user:secret@127.0.0.1' };
  const facts = url?.plan({ params, written: written('{ kind: url }'), ...KNOWN });
  expect(JSON.stringify({ ...facts, problems: [] })).not.toContain('secret');
});

it('a target that is watched elsewhere is elsewhere', () => {
  const params = { url: 'mqtt://127.0.0.1', observe: 'mqtt://u:secret@192.0.2.1' };
  const facts = targets
    .get('url')
    ?.plan({ params, written: written('mqtt://127.0.0.1'), ...KNOWN });
  expect(facts?.elsewhere).toBe('192.0.2.1');
  expect(JSON.stringify(facts?.params)).not.toContain('secret');
});

it.each([
  ['mqtt://localhost:1883', null],
  ['mqtt://127.0.0.1', null],
  ['mqtts://[::1]:8883', null],
  ['mqtt://127.example.com', '127.example.com'],
  ['mqtt://192.0.2.1', '192.0.2.1'],
])('%s is elsewhere: %s', (url, elsewhere) => {
  const facts = targets.get('url')?.plan({ params: { url }, written: written(url), ...KNOWN });
  expect(facts?.elsewhere).toBe(elsewhere);
});

describe.each([...brokers.values()])('the broker $kind', (broker) => {
  it('says what it is, with a reason for each promise', () => {
    expect(broker).toMatchObject({ family: 'broker', summary: expect.stringMatching(/./) });
    for (const { because } of Object.values(broker.promises)) expect(because).toMatch(/\w/);
  });

  it('shares no binary with another', () => {
    const others = [...brokers.values()].filter((other) => other !== broker);
    const taken = others.flatMap(({ binaries }) => binaries);
    expect(broker.binaries.filter((name) => taken.includes(name))).toEqual([]);
  });

  it('is configured for the place it is given, and nowhere else', () => {
    const { recipe } = broker;
    if (recipe === undefined) return;
    const place = { host: '127.0.0.1', port: 4711, file: (name: string) => `/run/${name}` };
    const { args, files } = recipe.configure(place);
    expect(JSON.stringify([args, files])).toContain('4711');
    expect(Object.keys(files).every((path) => path.startsWith('/run/'))).toBe(true);
    expect(recipe.bring).not.toBe('');
    expect(broker.binaries.length).toBeGreaterThan(0);
  });
});

it('nobody but a kind itself asks for a kind', () => {
  const words = [...targets.keys()].join('|');
  const asks = new RegExp(`[Kk]ind\\s*[!=]==\\s*'(?:${words})'|case '(?:${words})':`);
  expect(asks.test("if (plan.target.kind === 'url') return;")).toBe(true);
  expect(asks.test("switch (kind) { case 'embedded': }")).toBe(true);
  const asking = productionFiles(ROOT)
    .filter((file) => !file.startsWith('harness/targets/'))
    .filter((file) => asks.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(asking).toEqual([]);
});
