/**
 * The promise of the labels, over every model of the catalog and each of its malfunctions: what
 * differs from a device without the fault lies in an effect, and nothing else does.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { drawParams, modelFamily, physicsOf } from '#devices';
import { type DevicePlan, type EntryPlan, GROWTHS, type Malfunctioning, roomFor } from '#kernel';
import { loadCatalog, type PluginCatalog } from '../../catalog/load-catalog.ts';
import { eventsOf } from './device-events.ts';
import { DeviceRows } from './device-rows.ts';
import { telemetryTable } from './tables.ts';

let catalog: PluginCatalog;
beforeAll(async () => {
  catalog = await loadCatalog([modelFamily]);
});

const HOUR_MS = 3_600_000;
/** Some days, since some malfunctions show at some hours alone, or not on the day after a rain. */
const [EVERY_MS, COUNT] = [3_600_000, 100] as const;

function embodiedOf(kind: string) {
  const model = catalog.of(modelFamily).get(kind);
  if (model === undefined) throw new Error(`no model ${kind}`);
  const device = { id: `${kind}/north-1/1`, firstAt: 730 } as DevicePlan;
  device.params = drawParams(model.params, {}, 5, device.id);
  const entry = { id: kind, model: kind, everyMs: EVERY_MS } as EntryPlan;
  entry.paramNames = Object.keys(model.params);
  return { seed: 5, device, entry, model };
}

const ailing = (kind: string, grows: Malfunctioning['grows'], severity = 0.9): Malfunctioning => ({
  ...{ kind, severity, grows, overMs: 20 * HOUR_MS, fault: 'f', cause: 'f' },
  ...{ from: 10 * HOUR_MS + 777, to: 80 * HOUR_MS + 13 },
});

describe('labels', () => {
  test('say where a device is otherwise, and nowhere else', () => {
    const models = [...catalog.of(modelFamily).values()].filter((one) => one.malfunctions);
    expect(models.length).toBeGreaterThan(0);
    for (const { kind, malfunctions = {} } of models) {
      for (const [name, grows] of Object.keys(malfunctions).flatMap((one) =>
        GROWTHS.map((law) => [one, law] as const),
      )) {
        const embodied = embodiedOf(kind);
        const { table, rows, differs, cause } = lived(embodied, ailing(name, grows));
        const at = (column: string): Float64Array => {
          const found = table.columns.findIndex((one) => one.name === column);
          return rows[found] as Float64Array;
        };
        const label = [...at('label')];
        const first = differs.indexOf(true);
        const last = differs.lastIndexOf(true);
        const who = `${kind}/${name} ${grows}`;
        expect(first, `${who} has an effect`).toBeGreaterThanOrEqual(cause);
        expect(label, who).toEqual(differs.map((_, n) => (n >= first && n <= last ? 1 : 0)));
        expect(Math.max(...at('severity')), who).toBeGreaterThan(0);
      }
    }
  });

  test('of no severity are those of a healthy device', () => {
    const embodied = embodiedOf('cold-chain-fridge');
    const { rows, differs } = lived(embodied, ailing('seal-leak', 'ramp', 0));
    expect(differs).not.toContain(true);
    const [, , , ...signals] = rows;
    const healthy = lived(embodied, null).rows.slice(3);
    expect(signals).toEqual(healthy);
  });
});

function lived(embodied: ReturnType<typeof embodiedOf>, ill: Malfunctioning | null) {
  const sampling = { firstAt: embodied.device.firstAt, everyMs: EVERY_MS, count: COUNT };
  const malfunctions = ill === null ? [] : [ill];
  const events = eventsOf(embodied, malfunctions, sampling);
  const table = telemetryTable(embodied.entry, embodied.model);
  const rows = roomFor(table, COUNT);
  const story = { embodied, malfunctions, events, sampling, zeroAt: 0 };
  const filled = new DeviceRows(story);
  // In two pieces, as blocks are filled.
  filled.fill(rows, 0, 0, 37);
  filled.fill(rows, 37, 37, COUNT);
  const [is, clean] = [physicsOf(embodied, malfunctions), physicsOf(embodied, [])];
  const differs = Array.from({ length: COUNT }, (_, n) => {
    const t = sampling.firstAt + n * sampling.everyMs;
    const told = [JSON.stringify(is.truth(t)), JSON.stringify(is.sample(t, n))];
    return (
      told.join() !== [JSON.stringify(clean.truth(t)), JSON.stringify(clean.sample(t, n))].join()
    );
  });
  const cause = Math.ceil(((ill?.from ?? 0) - sampling.firstAt) / sampling.everyMs);
  return { table, rows, differs, cause };
}
