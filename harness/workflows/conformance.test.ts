/**
 * One body for every workflow: it decides the same twice and changes nothing that it is shown, what
 * it decides can lie in a plan file, and what it lays out can be laid out with the parts it needs.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { partFamily } from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  layOps,
  layStreams,
  type OpPlan,
  type StreamPlan,
} from '#kernel';
import { exampleOf } from '../../kernel/testing/example-params.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { loadCatalog, type PluginCatalog } from '../catalog/load-catalog.ts';
import { defineWorkflow, type WorkflowDecision, type WorkflowKind } from './workflow.ts';
import { workflowFamily } from './workflow-family.ts';

const own = await loadCatalog([workflowFamily]);
const kinds = [...own.of(workflowFamily).values()];
let catalog: PluginCatalog;
beforeAll(async () => {
  catalog = await loadCatalog([partFamily]);
});

const PLAN = testPlan({ devices: 9, readings: 20 });

function decide(kind: WorkflowKind): WorkflowDecision {
  const frozen = {
    seed: 3,
    quantumMs: 10,
    phases: deepFreeze(PLAN.phases),
    entries: deepFreeze(PLAN.entries) as readonly EntryPlan[],
    devices: deepFreeze(PLAN.devices) as readonly DevicePlan[],
  };
  return kind.resolve(exampleOf(kind.params), frozen);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** Streams and ops of a plan with this workflow and the parts that it needs. */
function laidOut(kind: WorkflowKind): { streams: StreamPlan[]; ops: OpPlan[] } {
  const known = catalog.of(partFamily);
  const parts = (kind.parts ?? []).map((name) => {
    const part = known.get(name);
    if (part === undefined) throw new Error(`there is no part ${name}`);
    return part;
  });
  const brought = parts.flatMap(({ streams }) => streams ?? []);
  return {
    streams: layStreams([...brought, ...(decide(kind).streams ?? [])], true),
    ops: layOps([...parts, kind].map(({ ops }) => ops ?? {})),
  };
}

describe.each(kinds)('the workflow $kind', (kind) => {
  it('decides the same twice, and as JSON', () => {
    const decision = decide(kind);
    expect(decide(kind)).toEqual(decision);
    expect(JSON.parse(JSON.stringify(decision.resolved ?? null))).toEqual(
      decision.resolved ?? null,
    );
  });

  it('finds the parts that it needs, and lays its streams out with theirs', () => {
    const { streams } = laidOut(kind);
    const names = streams.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of decide(kind).streams ?? []) expect(names).toContain(name);
  });
});

it('finds one that changes what it is shown, and one whose part is not there', () => {
  const greedy = defineWorkflow({
    kind: 'greedy',
    summary: 'takes a device away',
    params: {},
    parts: ['nowhere'],
    resolve: (_, { devices }) => {
      (devices as DevicePlan[]).pop();
      return { resolved: null };
    },
    start: () => ({ stop: () => {}, account: () => {}, end: async () => {} }),
  });
  expect(() => decide(greedy)).toThrow(TypeError);
  expect(() => laidOut(greedy)).toThrow('there is no part nowhere');
});
