/**
 * What every kind of target and every known broker keeps to: it says what it is, gives a reason for
 * each promise, and keeps secrets out of the plan.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseScenario, type ScenarioTarget } from '#scenarios';
import { productionFiles, ROOT } from '../../tools/house.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { brokerFamily } from './broker-family.ts';
import { targetFamily } from './target-family.ts';

const catalog = await loadCatalog([targetFamily, brokerFamily]);
const [targets, brokers] = [catalog.of(targetFamily), catalog.of(brokerFamily)];
const [targetDuties, brokerDuties] = [await targetFamily.duties(), await brokerFamily.duties()];
const KNOWN = { brokers, services: ['echo'] };

function written(text: string): ScenarioTarget {
  const lines = ['twinstorm: 1', 'name: x', 'fleet: [{ model: m, count: 1 }]', `target: ${text}`];
  const parsed = parseScenario(lines.join('\n'), 'x.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario.target;
}

describe.each([...targets.values()])('the target kind $kind', (kind) => {
  it('says what it is and where it can stand', () => {
    expect(kind).toMatchObject({ family: 'target', summary: expect.stringMatching(/./) });
    expect(kind.gears.length).toBeGreaterThan(0);
    for (const param of Object.values(kind.params)) expect(param.about).toMatch(/\.$/);
  });

  it.each(targetDuties)('$says', async (duty) => {
    expect(await duty.flaws(kind, catalog)).toEqual([]);
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
  it('says what it is', () => {
    expect(broker).toMatchObject({ family: 'broker', summary: expect.stringMatching(/./) });
  });

  it.each(brokerDuties)('$says', async (duty) => {
    expect(await duty.flaws(broker, catalog)).toEqual([]);
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
