/** What a broker's file here declares is what the product promises of it by its name: one truth. */
import { expect, it } from 'vitest';
import { brokerFamily, loadCatalog } from '#harness';
import { parseScenario } from '#scenarios';
import { BROKERS } from './brokers/index.ts';

const presets = (await loadCatalog([brokerFamily])).of(brokerFamily);

it.each(BROKERS)('$name', ({ name, declares }) => {
  const guarantees = Object.fromEntries(declares.map(({ key, value }) => [key, value]));
  const target = JSON.stringify({ url: 'mqtt://127.0.0.1', guarantees });
  const head = 'twinstorm: 1\nname: x\nfleet: [{ model: m, count: 1 }]\n';
  const parsed = parseScenario(`${head}target: ${target}\n`, 'x.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const promises = presets.get(name)?.promises;
  expect(promises).toBeDefined();
  const said = Object.entries(parsed.scenario.target.guarantees);
  for (const [key, value] of said) expect(promises).toHaveProperty(`${key}.value`, value);
});
