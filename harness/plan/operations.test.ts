/** What workflows decide, gathered: each by its own session, and its problems with their place. */
import { expect, it } from 'vitest';
import type { Catalog, Problem, TargetPlan } from '#kernel';
import { defineWorkflow, type WorkflowContext } from '../workflows/workflow.ts';
import { planOperations } from './operations.ts';

const CONTEXT: WorkflowContext = {
  seed: 1,
  quantumMs: 10,
  phases: [],
  entries: [],
  devices: [],
  faults: [],
  settings: [],
};
const AROUND = {
  target: { name: 'a broker', offers: ['echo'] } as unknown as TargetPlan,
  catalog: { of: () => new Map() } as unknown as Catalog,
};

const workflow = (
  problems: Problem[],
  over: { session?: string; needs?: string[]; parts?: string[] } = {},
) =>
  defineWorkflow({
    kind: 'rolls-out',
    summary: 'is a workflow of a test',
    params: {},
    resolve: () => ({ resolved: null, problems }),
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
