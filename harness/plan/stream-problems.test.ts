/** Streams that parts and workflows bring are refused where they cannot stand in one plan. */
import { expect, it } from 'vitest';
import { definePart, type PartKind } from '#devices';
import {
  type Catalog,
  type FieldForm,
  type Plan,
  type Problem,
  STREAMS_MAX,
  type StreamSpec,
} from '#kernel';
import { parseScenario } from '#scenarios';
import { catalog as whole } from '../testing/planned.ts';
import { defineWorkflow } from '../workflows/workflow.ts';
import { makePlan } from './make-plan.ts';

const EVENTS = { way: 'up', schedule: { by: 'event' } } as const;

const writer = (kind: string, ops: NonNullable<PartKind['ops']>): PartKind =>
  definePart({ kind, summary: 'is a part of a test', fits: () => true, ops, start: () => ({}) });

const part = (kind: string, streams: readonly StreamSpec[], isFit = true): PartKind =>
  definePart({
    kind,
    summary: 'is a part of a test',
    fits: () => isFit,
    streams,
    start: () => ({}),
  });

/** Of a fleet whose devices have these parts too, under an operator who lays out these streams. */
function planned(parts: readonly PartKind[], laid: readonly StreamSpec[] = []): Plan | Problem[] {
  const workflow = defineWorkflow({
    kind: 'lays-out',
    summary: 'is a workflow of a test',
    params: {},
    resolve: () => ({ resolved: null, streams: laid }),
    start: () => ({ stop: () => {}, account: () => {}, end: async () => {} }),
  });
  const more = (family: string): [string, unknown][] =>
    family === 'part'
      ? parts.map((one) => [one.kind, one])
      : family === 'workflow'
        ? [[workflow.kind, workflow]]
        : [];
  const catalog: Catalog = {
    of: (family) => new Map([...whole.of(family), ...more(family.family)]) as never,
    words: (family) =>
      family === 'workflow'
        ? new Map([...(whole.words(family) ?? []), [workflow.kind, workflow]])
        : whole.words(family),
  };
  const text = [
    'twinstorm: 1',
    'name: streams',
    'fleet: [{ model: room-thermostat, count: 2, retain: status }]',
    ...(laid.length > 0 ? ['workflows: [{ lays-out: {} }]'] : []),
    'report: [json]',
    '',
  ].join('\n');
  const parsed = parseScenario(text, 'streams.yaml', [], catalog);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { scenario } = parsed;
  const request = { scenario, sha256: '', file: '', seed: 1, gear: 'sim', devices: null } as const;
  const outcome = makePlan({ ...request, mutant: null, plugins: [], replay: '', catalog });
  return outcome.ok ? outcome.plan : [...outcome.problems];
}

const problemsOf = (outcome: Plan | Problem[]): Problem[] =>
  Array.isArray(outcome) ? outcome : [];

it('one stream of two parts is refused with the names of both', () => {
  const doors = part('doors', [{ ...EVENTS, name: 'opened' }]);
  const lids = part('lids', [{ ...EVENTS, name: 'opened' }]);
  expect(problemsOf(planned([doors, lids]))).toEqual([
    expect.objectContaining({
      code: 'twice',
      message: 'the parts doors and lids both bring the stream opened',
      hint: expect.stringMatching(/rename/),
    }),
  ]);
  expect(problemsOf(planned([part('mine', [{ ...EVENTS, name: 'status' }])]))).toEqual([
    expect.objectContaining({ message: 'the parts mine and status both bring the stream status' }),
  ]);
  // One that no device has is in nobody's way.
  expect(problemsOf(planned([doors, part('lids', lids.streams ?? [], false)]))).toEqual([]);
});

it.each([192, 193])('of %d streams each has a code of its own, or the plan is refused', (count) => {
  const streams = Array.from({ length: count }, (_, k) => ({ ...EVENTS, name: `s-${k}` }));
  const outcome = planned([part('many', streams)]);
  if (count <= STREAMS_MAX - 64) {
    expect(problemsOf(outcome)).toEqual([]);
    const codes = Array.isArray(outcome) ? [] : outcome.streams.map(({ code }) => code);
    expect(Math.max(...codes)).toBe(STREAMS_MAX - 1);
    expect(new Set(codes).size).toBe(count + 5);
  } else {
    expect(problemsOf(outcome)).toEqual([
      expect.objectContaining({
        code: 'too-many-streams',
        message: expect.stringMatching(/^193 streams are more than a plan holds/),
        hint: expect.stringMatching(/^192 at most; .* many \(193\)/),
      }),
    ]);
  }
});

const ROUNDS = { by: 'rounds', firstAt: 0, everyMs: 1000, devices: [] } as const;
const CASES: [what: string, brought: StreamSpec[], laid: StreamSpec[], words: RegExp][] = [
  [
    'an answer to nobody',
    [{ ...EVENTS, name: 'b', schedule: { by: 'reply', to: 'c' } }],
    [],
    /^the part a: 'b' replies to 'c', which is no stream/,
  ],
  [
    'an answer to nobody beside a stream that is in order',
    [
      { ...EVENTS, name: 'a' },
      { ...EVENTS, name: 'b', schedule: { by: 'reply', to: 'c' } },
    ],
    [],
    /^the part a: 'b' replies to 'c', which is no stream/,
  ],
  [
    'an answer to nobody that an operator lays out',
    [],
    [{ ...EVENTS, name: 'b', schedule: { by: 'reply', to: 'c' } }],
    /^a workflow: 'b' replies to 'c', which is no stream/,
  ],
  [
    'rounds of what the target sends',
    [{ ...EVENTS, name: 'b', way: 'down', from: 'target' }],
    [{ name: 'b', way: 'down', schedule: { ...ROUNDS, devices: [] } }],
    /^the stream b\.schedule\.by must be reply or event where the target sends/,
  ],
  [
    'rounds of a device that there is not',
    [],
    [{ name: 'b', way: 'down', schedule: { ...ROUNDS, devices: [{ device: 2, offsetMs: 0 }] } }],
    /^the stream b has rounds of the device 2$/,
  ],
  [
    'rounds without a period',
    [],
    [
      {
        name: 'b',
        way: 'down',
        schedule: { ...ROUNDS, everyMs: 0, devices: [{ device: 1, offsetMs: 0 }] },
      },
    ],
    /^the stream b\.schedule\.everyMs must be above 0/,
  ],
  [
    'a misspelled way',
    [],
    [{ ...EVENTS, name: 'b', way: 'dwon' as 'down' }],
    /^the stream b\.way must be up or down/,
  ],
];
it.each(CASES)('%s is refused', (_, brought, laid, words) => {
  const parts = brought.length === 0 ? [] : [part('a', brought)];
  expect(problemsOf(planned(parts, laid)).map(({ message }) => message)).toEqual([
    expect.stringMatching(words),
  ]);
});

it('a name that every object has is a name like any other', () => {
  const outcome = planned([part('a', [{ ...EVENTS, name: 'constructor' }])]);
  expect(Array.isArray(outcome) ? outcome : outcome.streams.at(-1)).toMatchObject({ code: 64 });
});

type FieldsOfOp = Readonly<Record<string, FieldForm>>;

it('an op that two write alike is one op, and one that they write otherwise is refused', () => {
  const doors = writer('doors', { 'lid/opened': { device: 'device', n: 'count' } });
  const lids = writer('lids', { 'lid/opened': { device: 'device', n: 'count' } });
  const outcome = planned([doors, lids]);
  expect(Array.isArray(outcome) ? outcome : outcome.ops).toMatchObject([{ code: 64 }]);
  const hatches = (fields: FieldsOfOp) => writer('hatches', { 'lid/opened': fields });
  expect(problemsOf(planned([doors, hatches({ n: 'count', device: 'device' })]))).toEqual([]);
  const otherwise: FieldsOfOp[] = [
    { device: 'device', n: 'text' },
    { device: 'device' },
    { device: 'device', n: 'count', by: 'text' },
  ];
  for (const fields of otherwise) {
    expect(problemsOf(planned([doors, hatches(fields)]))).toEqual([
      expect.objectContaining({
        code: 'twice',
        message: 'doors and hatches both declare the op lid/opened, with other fields',
        hint: expect.stringMatching(/rename/),
      }),
    ]);
  }
});

it.each([192, 193])('of %d ops each has a code of its own, or the plan is refused', (count) => {
  const ops = Array.from({ length: count }, (_, k) => [`a/op-${k}`, { device: 'device' }] as const);
  const outcome = planned([writer('many', Object.fromEntries(ops))]);
  if (count <= 192) expect(Array.isArray(outcome) ? outcome : outcome.ops).toHaveLength(count);
  else {
    expect(problemsOf(outcome)).toEqual([
      expect.objectContaining({
        code: 'too-many-ops',
        message: expect.stringMatching(/^193 ops are more than a plan holds/),
        hint: expect.stringMatching(/^192 at most; .* many \(193\)/),
      }),
    ]);
  }
});
