/** Who may open a channel: who has a link, or a carrier that answers on a bus that carries it. */
import { expect, it } from 'vitest';
import { partFamily } from '#devices';
import type { DevicePlan, EntryPlan } from '#kernel';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { lineProblems } from './line-problems.ts';

const catalog = await loadCatalog([partFamily]);

const DEVICES = [
  { id: 'gates/1', entry: 0 },
  { id: 'kids/1', entry: 1, via: 0 },
].map((row) => ({
  ...row,
  lane: 0,
})) as unknown as DevicePlan[];

function problemsOf(parts: EntryPlan['parts'], devices = [0, 1], channel = 'ota') {
  const entries = [
    { id: 'gates', parts },
    { id: 'kids', parts: [] },
  ] as unknown as EntryPlan[];
  const opens = [{ channel, devices, path: 'workflows[0].ota.of' }];
  return lineProblems(opens, { devices: [...DEVICES], entries }, catalog);
}

const bus = (params: object) =>
  [
    { kind: 'gateway', params: { bus: params } },
    { kind: 'relay', params: {} },
  ] as unknown as EntryPlan['parts'];

it('names the child, the place and what would help', () => {
  expect(problemsOf([{ kind: 'telemetry', params: {} }])).toEqual([
    {
      code: 'bad-value',
      path: 'workflows[0].ota.of',
      message: 'kids/1 is carried by another device, and loads nothing by itself',
      hint: 'leave it out, by `of`, or give gates what hands it on: parts: [{ relay: {} }]',
    },
  ]);
});

it('is content with a relay, and with who has a link of its own', () => {
  expect(problemsOf(bus({ poll: 500 }))).toEqual([]);
  expect(problemsOf([], [0])).toEqual([]);
  expect(problemsOf([{ kind: 'relay', params: {} }])).toEqual([]);
  expect(problemsOf([{ kind: 'relay', params: {} }], [1], 'other')).toHaveLength(1);
});

it.each(['sleepy', 'lorawan', 'modbus'])('refuses children on a bus that is %s', (word) => {
  expect(problemsOf(bus({ [word]: {} }))[0]?.message).toMatch(
    /^kids\/1 is carried by another device, and loads nothing on its bus: its children /,
  );
});
