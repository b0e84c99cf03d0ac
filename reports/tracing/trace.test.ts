/**
 * What a trace tells: causes and effects and nobody else's, the time between hops, the fault that
 * stood meanwhile; bounded, and the same whatever the segments.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  faultStory,
  LANES_APART,
  LANES_TOGETHER,
  SMALL_FAULT,
  smallLedger,
  smallPlan,
} from '../duties/small-run.ts';
import connections from '../hops/connections.ts';
import messages from '../hops/messages.ts';
import { defineHops, type HopsKind } from '../hops.ts';
import { readTimeline } from '../judging/read-timeline.ts';
import type { Segment } from '../judging/segments.ts';
import type { TraceGround } from './gather.ts';
import { NoId } from './ids.ts';
import { otlpRequest, type ServiceSpan, spansOf } from './otlp.ts';
import { type Asked, traceAll } from './trace.ts';
import { traceOne } from './trace-run.ts';

const plan = { ...smallPlan([]), faults: [SMALL_FAULT] };
const ledger = (lanes = LANES_APART): Segment[] =>
  smallLedger(plan, lanes, faultStory(SMALL_FAULT));

const request = (hops: readonly HopsKind[], segments = ledger()) => ({
  ...{ plan, planSha256: '', segments, hops },
});

/** A tide that readings 1 to 3 of a device lead to, and that leads to another. */
const tides = defineHops({
  kind: 'tides',
  summary: 'made up',
  ops: ['sent'],
  names: { tide: 'tide:NAME@DEVICE@N' },
  rare: ['tide'],
  start: ({ book }) => ({
    step: (entry) => {
      const { t, device } = entry;
      const n = Number((entry as { n?: number }).n);
      if (n < 1 || n > 3) return;
      const of = (name: string) => book.thing({ word: 'tide', name, device, key: '1' }, name);
      book.led(book.message(device, 0, n), of('ebb'), `drew ${n}`);
      of('ebb').hop({ t: t + 500_000, where: 'action', who: 'sea', as: 'ebb', what: 'goes out' });
      book.led(of('ebb'), of('flood'), 'turns into');
      of('flood').hop({ t: t + 900_000, where: 'action', who: 'sea', as: 'flood', what: 'comes' });
    },
  }),
});

describe('of a message', () => {
  const { trace, notes } = traceOne(request([messages]), 'things/site-1/1:telemetry:2');

  it('has its hops in the order of time, and last what was found', () => {
    const [self] = trace.things;
    expect(self?.hops.map(({ as }) => as)).toEqual(['due', 'sent', 'seen', 'acked', 'found']);
    expect(self?.hops.map(({ since }) => since)).toEqual([null, 1, 4, 1, null]);
    expect(trace).toMatchObject({ from: 2510, to: 2516, left: 0 });
    expect(notes).toEqual([]);
  });

  it('names the fault that stood between two hops, and no other', () => {
    const at = (n: number): string[] =>
      traceOne(request([messages]), `things/site-1/1:telemetry:${n}`).trace.things.flatMap(
        ({ hops }) => hops.flatMap(({ faults }) => faults),
      );
    expect(new Set(at(4))).toEqual(new Set([`f (${SMALL_FAULT.fault})`]));
    expect(at(1)).toEqual([]);
  });

  it('is the same whatever the segments', () => {
    const together = traceOne(
      request([messages], ledger(LANES_TOGETHER)),
      'things/site-1/1:telemetry:2',
    );
    expect(together.trace).toEqual(trace);
  });
});

describe('of what several led to', () => {
  const of = (id: string) => traceOne(request([messages, connections, tides]), id).trace;

  it('goes back to all of them, and on to what came of it', () => {
    const trace = of('tide:ebb@things/site-1/1@1');
    expect(trace.things.map(({ role, how, depth }) => [role, how, depth])).toEqual([
      ['cause', 'drew 1', 1],
      ['cause', 'drew 2', 1],
      ['cause', 'drew 3', 1],
      ['itself', '', 0],
      ['effect', 'turns into', 1],
    ]);
  });

  it('never goes back and on again: the other causes are another story', () => {
    const trace = of('things/site-1/1:telemetry:1');
    expect(trace.things.map(({ id }) => id)).toEqual([
      'things/site-1/1:telemetry:1',
      'tide:ebb@things/site-1/1@1',
      'tide:flood@things/site-1/1@1',
    ]);
  });

  it('is found without its word', () => {
    expect(of('ebb@things/site-1/1@1').id).toBe('tide:ebb@things/site-1/1@1');
  });

  it('keeps to its bounds, and says what is left', () => {
    const timeline = readTimeline(plan, '', ledger(), []);
    const kinds = [messages, tides];
    const ground = { plan, timeline, segments: ledger(), kinds, troubles: new Map() };
    const asked = [{ id: 'tide:ebb@things/site-1/1@1', device: 1, why: 'so' }];
    const [trace] = traceAll(ground, asked, { things: 2, hops: 2 }).traces;
    expect(trace?.things).toHaveLength(4);
    expect(trace?.left).toBe(1);
    for (const { hops } of trace?.things ?? []) expect(hops.length).toBeLessThanOrEqual(2);
    expect(trace?.things[0]?.left).toBe(3);
  });
});

it('refuses what is not there, with what is near', () => {
  const refused = (): unknown => traceOne(request([messages]), 'things/site-1/1:telemetry:99');
  expect(refused).toThrow(NoId);
  expect(refused).toThrow(/nothing is told of 'things\/site-1\/1:telemetry:99'/);
});

it('leaves out whose file throws, and says so', () => {
  const broken = defineHops({
    ...{ kind: 'broken', summary: 's', ops: ['sent'] },
    start: () => ({
      step: () => {
        throw new Error('on purpose');
      },
    }),
  });
  const { trace, notes } = traceOne(request([broken, messages]), 'things/site-1/1:telemetry:2');
  expect(trace.things[0]?.hops).toHaveLength(5);
  expect(notes).toEqual(["The hops 'broken' cannot be told: on purpose."]);
});

describe('for a collector', () => {
  const ground = (): TraceGround => {
    const segments = ledger();
    const timeline = readTimeline(plan, '', segments, []);
    return { plan, timeline, segments, kinds: [messages, tides], troubles: new Map() };
  };
  const digests = {
    sha256Hex: (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex'),
  };
  const spans = (share: number, only: Asked | null = null, run = 'one'): ServiceSpan[] => [
    ...spansOf(ground(), { digests, run, zeroUnixMs: 1_700_000_000_000, share, only }),
  ];
  const heads = (all: readonly ServiceSpan[]): ServiceSpan[] =>
    all.filter(({ span }) => span.attributes.some(({ key }) => key === 'twinstorm.id'));

  it('each thing is a span, with one below it for each hop', () => {
    const all = spans(1);
    const own = new Set(all.map(({ span }) => span.spanId));
    expect(own.size).toBe(all.length);
    for (const { span } of all) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
      if (span.parentSpanId !== undefined) expect(own).toContain(span.parentSpanId);
      for (const link of span.links ?? []) expect(own).toContain(link.spanId);
    }
    expect(heads(all)).toHaveLength(32 + 8);
    const first = heads(all)[0]?.span;
    expect(first?.startTimeUnixNano).toMatch(/^17000000/);
  });

  it('a span covers those below it, and says how long its own hops took', () => {
    const all = spans(1);
    const byId = new Map(all.map(({ span }) => [span.spanId, span]));
    const below = all.flatMap(({ span }) => {
      const above = byId.get(span.parentSpanId ?? '');
      return above === undefined ? [] : [{ span, above }];
    });
    expect(below.length).toBeGreaterThan(100);
    for (const { span, above } of below) {
      expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(
        BigInt(above.startTimeUnixNano),
      );
      expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(above.endTimeUnixNano));
    }
    const ebb = heads(all).find(({ span }) => span.name === 'tide ebb')?.span;
    const own = { key: 'twinstorm.ms', value: { doubleValue: 2000 } };
    expect(ebb?.attributes).toContainEqual(own);
    // The flood comes 400 ms after the last ebb.
    expect(BigInt(ebb?.endTimeUnixNano ?? 0) - BigInt(ebb?.startTimeUnixNano ?? 0)).toBe(
      2_400_000_000n,
    );
  });

  it('what several led to has a trace of its own; what one led to goes on in its', () => {
    const byName = (name: string) => heads(spans(1)).find(({ span }) => span.name === name)?.span;
    const [ebb, flood] = [byName('tide ebb'), byName('tide flood')];
    expect(ebb?.links).toHaveLength(3);
    expect(flood?.traceId).toBe(ebb?.traceId);
    expect(flood?.parentSpanId).toBe(ebb?.spanId);
    expect(flood?.links).toBeUndefined();
  });

  it('leaves nothing rare out, nor what led to it', () => {
    const names = heads(spans(0)).map(({ span }) => span.name);
    expect(names.filter((name) => name === 'tide ebb')).toHaveLength(4);
    expect(names.filter((name) => name === 'message telemetry')).toHaveLength(12);
    const some = heads(spans(0.5)).length;
    expect(some).toBeGreaterThan(20);
    expect(some).toBeLessThan(40);
  });

  it('has the same ids again, and others in another run', () => {
    const ids = (run: string) => spans(1, null, run).map(({ span }) => span.spanId);
    expect(ids('one')).toEqual(ids('one'));
    expect(ids('two')).not.toEqual(ids('one'));
  });

  it('may be one thing alone, with what led to it', () => {
    const all = heads(spans(1, { id: 'tide:ebb@things/site-1/1@1', device: 1, why: '' }));
    expect(all).toHaveLength(5);
  });

  it('puts spans by service into a request', () => {
    const body = otlpRequest(spans(1), '1.2.3', 'small') as { resourceSpans: unknown[] };
    expect(body.resourceSpans.length).toBeGreaterThan(2);
    expect(body.resourceSpans[0]).toMatchObject({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'things' } }, {}] },
      scopeSpans: [{ scope: { name: 'twinstorm', version: '1.2.3' } }],
    });
  });
});
