/** A plan on disk: whole for the judge, in parts for a shard, and never in a version not known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import { plan as planned } from '../testing/planned.ts';
import fuzzes from './run-directory.fuzz.ts';
import { planDigest, RunDirectory } from './run-directory.ts';

const path = mkdtempSync(join(tmpdir(), 'twinstorm-directory-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));
const directory = new RunDirectory(path);

/** With a fault that names devices too: their list bears the same name as the rows. */
const outcome = planned({
  time: '{ warmup: 2s, steady: 2s, chaos: 4s, settle: 2s, drain: 1s }',
  fleet: ['{ id: rooms, model: room-thermostat, count: 30, every: 1s }'],
  chaos: ['{ id: dark, at: chaos+1s, for: 2s, fault: partition, where: 50% }'],
});
if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
const { plan } = outcome;

describe('a plan on disk', () => {
  it('comes back as it was', () => {
    const sha256 = directory.writePlan(plan);
    expect(directory.readPlan()).toEqual(plan);
    expect([planDigest(plan), planDigest(directory.readPlan())]).toEqual([sha256, sha256]);
  });

  it('comes back in parts, each device under its own index', () => {
    directory.writePlan(plan);
    expect(plan.faults[0]?.devices.length).toBeGreaterThan(5);
    const part = directory.readPlanFor(({ lane }, { seed }) => seed === 7 && lane % 2 === 0);
    expect(part.devices).toHaveLength(plan.devices.length);
    plan.devices.forEach((device, index) => {
      expect(part.devices[index]).toEqual(device.lane % 2 === 0 ? device : undefined);
    });
    expect({ ...part, devices: [] }).toEqual({ ...plan, devices: [] });
    expect(directory.readPlanFor(() => true)).toEqual(plan);
  });

  it('may have no device at all', () => {
    directory.writePlan({ ...plan, devices: [] });
    expect(directory.readPlanFor(() => true).devices).toEqual([]);
  });

  it.each([
    ['whole', () => directory.readPlan()],
    ['in parts', () => directory.readPlanFor(() => true)],
  ])('is refused in another version, %s', (_, read) => {
    directory.writePlan(plan);
    const text = directory.readText('plan.json') ?? '';
    writeFileSync(
      directory.file('plan.json'),
      text.replace('twinstorm.plan/1', 'twinstorm.plan/9'),
    );
    expect(read).toThrow(/has the schema twinstorm.plan\/9; this version reads/);
    rmSync(directory.file('plan.json'));
    expect(read).toThrow(/is not a run directory/);
  });
});

it.each(fuzzes())('reads a plan or says what is wrong: $about', (fuzz) => {
  expect(survived(fuzz, 61, 200)).toBe(200);
});
