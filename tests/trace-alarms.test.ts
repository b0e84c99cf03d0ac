/**
 * Alarms of every kind are traced as a stranger does it: by silence, by windows of a place, from an
 * inbox, and with what followed from them; every id that a run lists can be traced; and for a
 * collector each span covers those below it.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog, planDigest, RunDirectory } from '#harness';
import {
  groundOf,
  hopsFamily,
  type ServiceSpan,
  spansOf,
  type Trace,
  type TraceRequest,
  traceOne,
} from '#reports';
import type { LedgerLine } from './sandbox.ts';
import { Sandbox } from './sandbox.ts';

const COLD_STORES = `
twinstorm: 1
name: cold-stores
about: One of two cold stores is cut off.
seed: 11
time: { warmup: 4s, steady: 10s, chaos: 40s, settle: 16s, drain: 4s }
topology: { regions: { store: { sites: 2 } } }
fleet:
  - id: fridges
    model: cold-chain-fridge
    count: 8
    per: site
    every: 1s
    session: persistent
    with: { heatCapacity: 3000, leakage: 12, coolingPower: 600, band: 1.6, doorOpenings: 6 }
    backoff: { base: 500ms, cap: 3s }
    parts: [twin, ota]
workflows:
  - ota: { name: v2, of: fridges, to: 2.1.0, waves: [50%, 100%], at: steady+1s }
  - rules:
      - { name: too-warm, of: fridges, when: temperature > 4.6, clear: temperature < 4.1, for: 2s }
      - name: warm-store
        of: fridges
        per: site
        let: { n: { devices: temperature > 4.4 } }
        window: { every: 5s, over: 10s, late: 8s }
        when: n >= 3.0
        clear: n < 2.0
      - { name: quiet, of: fridges, silent: 5s, deadline: 1s }
  - acts:
      - { name: hold, rule: warm-store, do: { pause: v2 } }
      - { name: cool-more, rule: too-warm, do: { twin: { setpoint: 3 } }, guard: { dead: 5s } }
      - name: rest
        rule: too-warm
        on: cleared
        do: { command: { name: setpoint, value: 4 } }
        guard: { dead: 10s }
chaos:
  - { id: cut, at: chaos+6s, for: 9s, fault: outage, where: { site: store-1 } }
expect: [rule-exactly-once]
`;

const BEHIND_A_GATEWAY = `
twinstorm: 1
name: behind
about: Fridges behind a gateway are commanded by what they measure.
seed: 14
time: { warmup: 4s, steady: 4s, chaos: 6s, settle: 4s, drain: 4s }
topology: { regions: { north: { sites: 1 } } }
fleet:
  - id: gates
    model: gateway
    count: 1
    per: site
    every: 2s
    session: persistent
    parts: [{ gateway: { messages: 120, drop: oldest } }]
  - { id: fridges, model: cold-chain-fridge, count: 6, per: gateway, via: gates, every: 1s }
workflows:
  - gateway
  - rules: { name: warm, of: fridges, when: temperature > 4.0, clear: temperature < 3.8 }
  - acts:
      name: colder
      rule: warm
      do: { command: { name: setpoint, value: 3 } }
      guard: { dead: 5s }
expect: [acts-once]
`;

const box = new Sandbox();
const STORES = 'stores';
const LOOP = 'loop';
const INBOX = 'inbox';
const BEHIND = 'behind';
const LATE = 'late';

beforeAll(async () => {
  await box.judged(0, STORES, box.write('stores.yaml', COLD_STORES), '--gear', 'sim');
  await box.judged(0, LOOP, box.library('closed-loop'), '--gear', 'sim');
  await box.judged(0, BEHIND, box.write('behind.yaml', BEHIND_A_GATEWAY), '--gear', 'sim');
  const inbox = box.library('inbox-rules');
  await box.judged(0, INBOX, inbox, '--gear', 'sim');
  await box.judged(1, LATE, inbox, '--gear', 'sim', '--mutant', 'inbox-drops-clear');
}, 180_000);
afterAll(() => box.close());

async function request(out: string): Promise<TraceRequest> {
  const directory = new RunDirectory(box.path(out));
  const plan = directory.readPlan();
  const hops = [...(await loadCatalog([hopsFamily], [])).of(hopsFamily).values()];
  return { plan, planSha256: planDigest(plan), segments: directory.segments(), hops };
}

const traced = async (out: string, id: string): Promise<Trace> =>
  traceOne(await request(out), id).trace;

const stepsOf = ({ things }: Trace, role = 'itself'): string[] =>
  things.filter((one) => one.role === role).flatMap(({ hops }) => hops.map(({ as }) => as));

const hopsOf = ({ things }: Trace): (string | number)[][] =>
  things.filter(({ role }) => role === 'itself').flatMap((one) => one.hops.map((h) => [h.as, h.t]));

async function alarmOf(out: string, rule: string): Promise<LedgerLine> {
  const lines = await box.ledger(out, '--op', 'rules/alarm');
  const found = lines.find((one) => one.rule === rule && Number(one.cleared) > Number(one.raised));
  if (found === undefined) throw new Error(`no alarm of ${rule} is over`);
  return found;
}

describe('by silence', () => {
  it('is since the last reading, due when nothing had come, and over by one reading', async () => {
    const { device = '', since, at, raised, cleared } = await alarmOf(STORES, 'quiet');
    const trace = await traced(STORES, `quiet@${device}@${at}`);
    expect(hopsOf(trace)).toEqual([
      ['so', since],
      ['due', at],
      ['raised', raised],
      ['cleared', cleared],
    ]);
    const causes = trace.things.filter(({ role }) => role === 'cause');
    expect(causes.map(({ how }) => how)).toEqual(['was the last before it', 'ended it']);
    const [last, next] = causes.map(({ id }) => Number(/\d+$/.exec(id)?.[0]));
    expect(next).toBe((last ?? 0) + 1);
  });
});

describe('by windows of a place', () => {
  it('is called by the place, and by the device that it is listed under', async () => {
    const { device, subject, at } = await alarmOf(STORES, 'warm-store');
    const trace = await traced(STORES, `warm-store@${subject}@${at}`);
    expect(trace.id).toBe(`alarm:warm-store@${subject}@${at}`);
    expect(await traced(STORES, `alarm:warm-store@${device}@${at}`)).toEqual(trace);
    const rows = box.result(STORES).tracing?.worth ?? [];
    const listed = rows.filter(({ why }) => why === 'alarm of warm-store');
    for (const { id } of listed) expect(id).toMatch(/@store-\d@\d+$/);
  });

  it('shows since when it was so, when it was over, and all that was in the windows', async () => {
    const { subject, since, at, raised, cleared } = await alarmOf(STORES, 'warm-store');
    const trace = await traced(STORES, `warm-store@${subject}@${at}`);
    const [so, due, ...rest] = hopsOf(trace);
    expect([so, due]).toEqual([
      ['so', since],
      ['due', at],
    ]);
    expect(rest).toContainEqual(['raised', raised]);
    expect(rest).toContainEqual(['over', cleared]);
    expect(stepsOf(trace).at(-1)).toBe('cleared');
    const inputs = (await box.ledger(STORES, '--op', 'rules/input')).filter(({ device = '' }) =>
      device.startsWith(`fridges/${subject}/`),
    );
    const inWindow = (end: unknown): string[] =>
      inputs
        .filter((one) => Number(one.at) >= Number(end) - 10_000 && Number(one.at) < Number(end))
        .map(({ device, n }) => `${device}:telemetry:${n}`)
        .sort();
    const byHow = (how: string): string[] =>
      trace.things
        .filter((one) => one.how === how)
        .map(({ id }) => id)
        .sort();
    expect(byHow('was in the window that made it due')).toEqual(inWindow(at));
    expect(byHow('was in the window that ended it')).toEqual(inWindow(cleared));
    expect(inWindow(at)).toHaveLength(80);
  });
});

describe('what followed from it', () => {
  const find = async (): Promise<LedgerLine> => {
    const lines = await box.ledger(LOOP, '--op', 'acts/decided');
    const found = lines.find(({ act, done }) => act === 'cool' && done === true);
    if (found === undefined) throw new Error('nothing was done');
    return found;
  };

  it('is one chain, from the reading to the answer of the device', async () => {
    const { device = '', at, key } = await find();
    const trace = await traced(LOOP, `too-warm@${device}@${at}`);
    const [decision, command, answer] = trace.things.filter(({ role }) => role === 'effect');
    expect(decision?.id).toBe(`decision:cool@${device}@${at}`);
    expect(decision?.hops.map(({ as }) => as)).toEqual(['decided', 'answered']);
    expect(command?.id).toMatch(new RegExp(`^${device}:act:\\d+$`));
    expect(command?.says).toBe('heater 0');
    expect(command?.hops.map(({ as }) => as)).toEqual(['sent', 'seen', 'got', 'effect']);
    expect(command?.hops[0]?.what).toContain(String(key));
    expect(answer?.how).toBe('is answered by');
    expect(trace.things[0]?.how).toBe('made it due');
  });

  it('leads from the command back to its alarm, and to the reading', async () => {
    const { device = '', at, key } = await find();
    const sent = await box.ledger(LOOP, '--device', device, '--op', 'acts/sent');
    const n = sent.find((one) => one.key === key)?.n;
    const { things } = await traced(LOOP, `${device}:act:${n}`);
    const causes = things.filter(({ role }) => role === 'cause');
    expect(causes.slice(0, 2).map(({ id }) => id)).toEqual([
      `decision:cool@${device}@${at}`,
      `alarm:too-warm@${device}@${at}`,
    ]);
    expect(causes.map(({ how }) => how)).toContain('made it due');
  });

  it('says why something was held, and what a device holds of its twin', async () => {
    const held = (await box.ledger(LOOP, '--op', 'acts/decided')).find(
      ({ done }) => done === false,
    );
    const id = `decision:${held?.act}@${held?.device}@${held?.at}`;
    const trace = await traced(LOOP, id);
    expect(stepsOf(trace)).toEqual(['held']);
    expect(trace.things.find(({ role }) => role === 'itself')?.hops[0]?.what).toContain(held?.why);
    const done = (await box.ledger(STORES, '--op', 'acts/decided')).find(
      ({ act, done }) => act === 'cool-more' && done === true,
    );
    const twin = await traced(STORES, `cool-more@${done?.device}@${done?.at}`);
    expect(stepsOf(twin)).toEqual(['decided', 'set']);
  });

  it('goes through the gateway of a device, up and back', async () => {
    const lines = await box.ledger(BEHIND, '--op', 'acts/decided');
    const done = lines.find((one) => one.done === true);
    const { things } = await traced(BEHIND, `warm@${done?.device}@${done?.at}`);
    const answer = things.find(({ how }) => how === 'is answered by');
    for (const thing of [things.find(({ how }) => how === 'made it due'), answer]) {
      const own = thing?.hops.filter(({ where }) => where === 'gateway').map(({ as }) => as);
      expect(own).toEqual(['taken', 'passed on', 'sent']);
    }
  });

  it('of a place is called by that', async () => {
    const lines = await box.ledger(STORES, '--op', 'acts/decided');
    const hold = lines.find(({ act }) => act === 'hold');
    const whose = `${hold?.subject}@${hold?.at}`;
    const trace = await traced(STORES, `hold@${whose}`);
    expect(trace.id).toBe(`decision:hold@${whose}`);
    const self = trace.things.find(({ role }) => role === 'itself');
    expect(self?.hops[0]?.what).toBe('decides to pause the campaign v2');
    expect(trace.things[0]?.id).toBe(`alarm:warm-store@${whose}`);
    expect(trace.things.length).toBeGreaterThan(80);
  });

  it('finds the alarm by whose end it was asked for', async () => {
    const alarm = await alarmOf(STORES, 'too-warm');
    const { device, at, cleared } = alarm;
    const trace = await traced(STORES, `rest@${device}@${cleared}`);
    expect(trace.things.map(({ id }) => id)).toContain(`alarm:too-warm@${device}@${at}`);
  });
});

describe('from an inbox', () => {
  it('shows the readings as they were sent, and when the inbox was told', async () => {
    const told = await box.ledger(INBOX, '--op', 'inbox/told');
    const over = told.find(({ rule, what }) => rule === 'too-warm' && what === 'cleared');
    const alarm = told.find(
      ({ device, what, since }) =>
        device === over?.device && what === 'raised' && since === over?.since,
    );
    const trace = await traced(INBOX, `too-warm@${alarm?.device}@${alarm?.at}`);
    expect(stepsOf(trace)).toEqual(['so', 'due', 'raised', 'over', 'cleared']);
    const hops = hopsOf(trace);
    expect(hops).toContainEqual(['raised', alarm?.t]);
    expect(hops.at(-1)).toEqual(['cleared', over?.t]);
    const causes = trace.things.filter(({ role }) => role === 'cause');
    const made = causes.find(({ how }) => how === 'made it due');
    expect(made?.hops.map(({ as }) => as)).toEqual(expect.arrayContaining(['sent', 'acked']));
    expect(made?.says).toMatch(/^temperature /);
    expect(causes.at(-1)?.how).toBe('ended it');
  });
});

it.each([STORES, LOOP, INBOX, LATE])('every id that %s lists can be traced', async (out) => {
  const asked = await request(out);
  const rows = box.result(out).tracing?.worth ?? [];
  expect(rows.length).toBeGreaterThan(5);
  for (const { id } of rows) expect(traceOne(asked, id).trace.id).toBe(id);
});

it('lists the alarms that findings are about by the moment that made them due', () => {
  const rows = box.result(LATE).tracing?.worth ?? [];
  const [first] = rows.filter(({ why }) => why.startsWith('finding of rule-'));
  expect(first?.id).toMatch(/^alarm:/);
});

describe('for a collector', () => {
  const digests = {
    sha256Hex: (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex'),
  };
  const spans = async (out: string, share: number): Promise<ServiceSpan['span'][]> => {
    const wish = { digests, run: 'one', zeroUnixMs: 1_700_000_000_000, share, only: null };
    return [...spansOf(groundOf(await request(out)), wish)].map(({ span }) => span);
  };

  it.each([STORES, LOOP, INBOX])('no span of %s goes beyond the one above it', async (out) => {
    const all = await spans(out, 1);
    const byId = new Map(all.map((span) => [span.spanId, span]));
    const beyond = all.filter(({ parentSpanId, startTimeUnixNano, endTimeUnixNano }) => {
      if (parentSpanId === undefined) return false;
      const above = byId.get(parentSpanId);
      if (above === undefined) return true;
      const isEarly = BigInt(startTimeUnixNano) < BigInt(above.startTimeUnixNano);
      return isEarly || BigInt(endTimeUnixNano) > BigInt(above.endTimeUnixNano);
    });
    expect(beyond.map(({ name }) => name)).toEqual([]);
  });

  it('goes an alarm of a place alone, with its readings', async () => {
    const { subject, at } = await alarmOf(STORES, 'warm-store');
    const asked = await request(STORES);
    const only = traceOne(asked, `warm-store@${subject}@${at}`).asked;
    const wish = { digests, run: 'one', zeroUnixMs: 1_700_000_000_000, share: 0, only };
    const names = [...spansOf(groundOf(asked), wish)].map(({ span }) => span.name);
    expect(names.filter((name) => name === 'alarm warm-store')).toHaveLength(1);
    expect(names.filter((name) => name === 'message telemetry').length).toBeGreaterThan(80);
  });

  it('goes every command that followed from an alarm, whatever the share', async () => {
    const sent = await box.ledger(LOOP, '--op', 'acts/sent');
    const names = (await spans(LOOP, 0)).map(({ name }) => name);
    expect(names.filter((name) => name === 'message act')).toHaveLength(sent.length);
    expect(sent.length).toBeGreaterThan(5);
  });
});
