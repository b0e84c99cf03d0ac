/** What workflows decide, gathered: each by its own session, and its problems with their place. */
import { expect, it } from 'vitest';
import { type Catalog, type ParamValues, type Problem, readParams, type TargetPlan } from '#kernel';
import template from '../workflows/template.ts';
import twin from '../workflows/twin.ts';
import { defineWorkflow, type WorkflowContext, type WorkflowKind } from '../workflows/workflow.ts';
import { planOperations } from './operations.ts';

const CONTEXT: WorkflowContext = {
  seed: 1,
  quantumMs: 10,
  phases: [],
  entries: [],
  devices: [],
  faults: [],
  settings: [],
  commands: [],
  signals: [],
  uses: [],
  partParams: [],
};
const PHASES = [
  { name: 'warmup', from: 0, to: 2000 },
  { name: 'steady', from: 2000, to: 6000 },
  { name: 'chaos', from: 6000, to: 8000 },
  { name: 'settle', from: 8000, to: 9000 },
  { name: 'drain', from: 9000, to: 10_000 },
] as const;
const AROUND = {
  target: { name: 'a broker', offers: ['echo'] } as unknown as TargetPlan,
  catalog: { of: () => new Map() } as unknown as Catalog,
};

const workflow = (
  problems: Problem[],
  over: { session?: string; needs?: string[]; parts?: string[] } = {},
  takes: string[] = [],
) =>
  defineWorkflow({
    kind: 'rolls-out',
    summary: 'is a workflow of a test',
    params: {},
    resolve: () => ({ resolved: null, problems, takes }),
    start: () => ({ stop: () => {}, account: () => {}, end: async () => {} }),
    ...over,
  });

const decided = (...kinds: ReturnType<typeof workflow>[]) =>
  planOperations(
    kinds.map((kind, index) => ({ kind, params: {}, path: `workflows[${index}]` })),
    CONTEXT,
    AROUND,
  );

it('a problem of a workflow lies below its place, or is of the whole of it', () => {
  const { problems } = decided(
    workflow([]),
    workflow([
      { code: 'late', path: 'at', message: 'it is late' },
      { code: 'odd', message: 'it is odd' },
    ]),
  );
  expect(problems).toEqual([
    { code: 'late', path: 'workflows[1].at', message: 'it is late' },
    { code: 'odd', path: 'workflows[1]', message: 'it is odd' },
  ]);
});

it('each may look at what all have decided, whoever stands first', () => {
  const looking = {
    ...workflow([]),
    resolve: () => ({ resolved: 'it' }),
    beside: (resolved: unknown, all: readonly { workflow: string }[]): Problem[] => [
      { code: 'odd', path: 'at', message: `${resolved} of ${all.length}` },
    ],
  };
  const { problems } = decided(looking, workflow([]));
  expect(problems).toEqual([{ code: 'odd', path: 'workflows[0].at', message: 'it of 2' }]);
});

it('two of a kind act by sessions of their own', () => {
  const own = workflow([], { session: 'hands' });
  const { workflows } = decided(workflow([]), own, workflow([]), own, workflow([]));
  expect(workflows.map(({ session }) => session)).toEqual([
    'rolls-out',
    'hands',
    'rolls-out-2',
    'hands-2',
    'rolls-out-3',
  ]);
});

it('what it needs and this run does not have is told, and nothing else', () => {
  const { problems } = decided(workflow([], { needs: ['echo', 'twin'], parts: ['lid'] }));
  expect(problems).toMatchObject([
    {
      code: 'no-port',
      message: expect.stringContaining('target for twin,'),
      hint: 'a broker offers echo',
    },
    { code: 'no-part', message: expect.stringContaining('the part lid,') },
  ]);
});

it('what one workflow takes for itself, no other may take', () => {
  const taking = (...takes: string[]) => workflow([], {}, takes);
  expect(decided(taking('twin'), taking('template eco'), taking('template warm')).problems).toEqual(
    [],
  );
  expect(decided(taking('twin'), taking(), taking('eco', 'twin')).problems).toEqual([
    {
      code: 'twice',
      path: 'workflows[2]',
      message: 'workflows[2] takes twin for itself, as workflows[0] does already',
      hint: expect.stringContaining('keep one of the two'),
    },
  ]);
});

it('twins have one workflow of writers, and templates names of their own', () => {
  const context = { ...CONTEXT, devices: [], phases: PHASES };
  const takes = (kind: WorkflowKind, params: ParamValues) =>
    kind.resolve(readParams(kind.params, params).values, context).takes;
  expect(takes(twin, { every: '2s' })).toEqual(['twin']);
  expect(takes(template, {})).toEqual(['template tuned']);
  expect(takes(template, { name: 'eco' })).toEqual(['template eco']);
});
