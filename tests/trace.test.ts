/**
 * A run made here is traced as a stranger does it: what is worth a look, a message that waited, an
 * alarm with each reading behind it, a lost reading, wrong ids; then to a collector, and its counts
 * to whoever scrapes.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trace, TraceRow } from '#reports';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
const OUT = 'alarms';
const LOST = 'lost';

beforeAll(async () => {
  await box.judged(0, OUT, box.library('alarm-rules'), '--gear', 'sim');
  const bug = ['--mutant', 'telemetry-loses-acked-row'];
  await box.judged(1, LOST, box.library('regional-partition'), '--gear', 'sim', ...bug);
}, 120_000);
afterAll(() => box.close());

async function traced(out: string, ...id: string[]): Promise<Trace> {
  const { code, stdout, stderr } = await box.run('trace', out, ...id, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Trace;
}

async function worth(out: string): Promise<TraceRow[]> {
  return JSON.parse((await box.run('trace', out, '--json')).stdout) as TraceRow[];
}

describe('without an id', () => {
  it('says what stands out, and what to write next', async () => {
    const { code, stdout } = await box.run('trace', OUT);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^slowest message\n {2}fridges\//m);
    expect(stdout).toMatch(/^alarm of too-warm$/m);
    const next = /^twinstorm (trace alarms \S+)$/m.exec(stdout)?.[1];
    expect((await box.run(...(next ?? '').split(' '))).code).toBe(0);
  });

  it('lists the witnesses of findings first', async () => {
    const [first] = await worth(LOST);
    expect(first?.why).toBe('finding of no-acked-loss');
    const { things } = await traced(LOST, first?.id ?? '');
    const words = things.flatMap(({ hops }) => hops.map(({ as }) => as));
    expect(words).toContain('acked');
    expect(words.at(-1)).toBe('missed');
  });
});

describe('a message', () => {
  it('that waited shows for what, and is read as a report says it', async () => {
    const slowest = (await worth(OUT)).find(({ why }) => why === 'slowest message');
    const id = slowest?.id ?? '';
    const trace = await traced(OUT, id);
    const hops = trace.things.find(({ role }) => role === 'itself')?.hops ?? [];
    expect(trace.to - trace.from).toBe(slowest?.took);
    const waited = hops.find(({ since }) => since !== null && since > 5000);
    expect(waited?.faults).toEqual(['north-off (outage)']);
    expect(hops.map(({ as }) => as)).toEqual([
      ...['offline', 'due', 'online', 'sent', 'acked', 'seen', 'taken in', 'found'],
    ]);
    const [device = '', , n = ''] = id.split(':');
    expect(await traced(OUT, `${device},`, 'reading', n)).toEqual(trace);
  });

  it('adds up: the times since the former hop lead from the first to the last', async () => {
    const trace = await traced(OUT, 'fridges/north-1/2:telemetry:11');
    const hops = trace.things[0]?.hops.filter(({ found }) => !found) ?? [];
    const sum = hops.reduce((total, { since }) => total + (since ?? 0), hops[0]?.t ?? 0);
    expect(sum).toBeCloseTo(hops.at(-1)?.t ?? 0, 3);
  });
});

describe('an alarm', () => {
  it('lists every reading that led to it, and nobody else', async () => {
    const row = (await worth(OUT)).find(({ why }) => why === 'alarm of no-rest');
    const trace = await traced(OUT, row?.id ?? '');
    const [, device = '', at = ''] = /@(.+)@(\d+)$/.exec(row?.id ?? '') ?? [];
    const readings = await box.ledger(OUT, '--device', device, '--op', 'rules/input');
    const alarm = (await box.ledger(OUT, '--device', device, '--op', 'rules/alarm')).find(
      (line) => line.rule === 'no-rest' && line.at === Number(at),
    );
    const expected = readings.filter(
      (line) =>
        (Number(line.at) >= Number(alarm?.since) && Number(line.at) <= Number(at)) ||
        line.at === alarm?.cleared,
    );
    const causes = trace.things.filter(({ role }) => role === 'cause');
    expect(causes.map(({ id }) => id)).toEqual(expected.map(({ n }) => `${device}:telemetry:${n}`));
    expect(causes.length).toBeGreaterThan(5);
    for (const { hops } of causes) expect(hops.map(({ as }) => as)).toContain('sent');
    expect(causes.map(({ how }) => how)).toEqual(
      expect.arrayContaining(['began it', 'kept it so', 'made it due', 'ended it']),
    );
  });

  it('is led to by a reading, as its trace says', async () => {
    const row = (await worth(OUT)).find(({ why }) => why === 'alarm of too-cold');
    const alarm = await traced(OUT, (row?.id ?? '').replace('alarm:', ''));
    const cause = alarm.things.find(({ how }) => how === 'made it due');
    const back = await traced(OUT, cause?.id ?? '');
    expect(back.things.map(({ id }) => id)).toContain(row?.id);
  });
});

describe('refuses', () => {
  it.each([
    ['fridges/north-1/99:telemetry:1', /no device .*\n.*did you mean 'fridges\/north-1\/9'/],
    [
      'fridges/north-1/2:telemetry:91',
      /nothing is told of .*\n.*near it: fridges\/north-1\/2:tele/,
    ],
    ['too-warm@fridges/north-1/10@8900', /near it: alarm:too-warm@fridges\/north-1\/10@8990/],
    ['alrm:too-warm@fridges/north-1/10@1', /did you mean 'alarm'/],
  ])('%s', async (id, words) => {
    const { code, stderr, stdout } = await box.run('trace', OUT, id);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(words);
    expect(stderr).toContain('`twinstorm trace alarms` lists what is worth a look');
  });

  it('what is no run', async () => {
    expect((await box.run('trace', 'nowhere')).code).toBe(4);
  });
});

describe('to a collector', () => {
  interface Span {
    traceId: string;
    spanId: string;
    parentSpanId?: string;
    name: string;
    links?: { spanId: string }[];
  }
  const spans: Span[] = [];
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        const { resourceSpans } = JSON.parse(text) as {
          resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
        };
        const own = resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap((one) => one.spans),
        );
        spans.push(...own);
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it('goes every alarm with its readings, and a share of the rest; the same again', async () => {
    const sent = await box.run('trace', OUT, '--otlp', url);
    expect([sent.code, sent.stderr]).toEqual([0, '']);
    expect(sent.stdout).toMatch(/^\d+ traces with [\d,]+ spans sent to http:.*\/v1\/traces\n$/);
    const first = spans.splice(0);
    const ids = new Set(first.map(({ spanId }) => spanId));
    expect(ids.size).toBe(first.length);
    const alarms = first.filter(({ name }) => name.startsWith('alarm '));
    expect(alarms).toHaveLength((await box.ledger(OUT, '--op', 'rules/alarm')).length);
    for (const { parentSpanId, links = [] } of first) {
      if (parentSpanId !== undefined) expect(ids).toContain(parentSpanId);
      for (const { spanId } of links) expect(ids).toContain(spanId);
    }
    const isLed = ({ links = [], parentSpanId }: Span): boolean =>
      links.length > 1 || parentSpanId !== undefined;
    expect(alarms.every(isLed)).toBe(true);
    await box.run('trace', OUT, '--otlp', url, '--share', '1%');
    expect(spans.splice(0)).toEqual(first);
  });

  it('goes one thing alone', async () => {
    const id = 'fridges/north-1/2:telemetry:11';
    expect((await box.run('trace', OUT, id, '--otlp', url)).code).toBe(0);
    expect(new Set(spans.splice(0).map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('that is not there is one error; a bad flag is told before', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const gone = await box.run('trace', OUT, '--otlp', `http://127.0.0.1:${port}`);
    expect(gone.code).toBe(4);
    expect(gone.stderr).toMatch(/^error {2}traces cannot be sent to .*ECONNREFUSED/);
    expect((await box.run('trace', OUT, '--otlp', 'nowhere')).code).toBe(3);
    expect((await box.run('trace', OUT, '--otlp', url, '--share', '200%')).code).toBe(3);
  });
});

describe('live counts', () => {
  it('are served while it runs, and gone when it is stopped', async () => {
    const args = ['--gear', 'real', '--out', 'live', '--quiet', '--metrics', '127.0.0.1:0'];
    const running = box.start(['run', box.library('hello-fleet'), ...args]);
    let url: string | undefined;
    while (url === undefined) {
      await pause(50);
      url = /^metrics at (\S+)$/m.exec(running.stderr())?.[1];
    }
    const seen = (text: string): number =>
      Number(/^twinstorm_messages_total\{is="observed"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    let text = '';
    while (seen(text) === 0) {
      await pause(100);
      text = await (await fetch(url)).text();
    }
    const count = /^twinstorm_latency_seconds_count (\d+)$/m.exec(text)?.[1];
    expect(Number(count)).toBe(seen(text));
    expect(text).toMatch(/^twinstorm_run_info\{scenario="hello-fleet",seed="\d+",gear="real"/m);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await expect(fetch(url)).rejects.toThrow();
    box.expectClean();
  }, 120_000);

  it('go with one run, at an address that is one', async () => {
    const file = box.library('hello-fleet');
    const wrong = [
      ['run', file, '--metrics', 'here'],
      ['run', file, '--metrics', '0', '--repeat', '2'],
      ['run', file, '--metrics', '0', '--mutants', 'all'],
    ];
    for (const args of wrong) expect((await box.run(...args)).code, args.join(' ')).toBe(3);
  }, 60_000);
});
