/**
 * An inbox takes what comes as it comes, and says so where it cannot have heard all: a session that
 * was lost, readings before it listened, a target that does not take its rules.
 */
import { expect, it } from 'vitest';
import { STAMP } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import type { Answer } from '../watch/target-ports.ts';
import type { Webhook, Webhooks } from '../wire/webhooks.ts';
import inbox from './inbox.ts';
import type { SeenMessage, WorkflowContext, WorkflowPorts } from './workflow.ts';

const RULE = { name: 'warm', of: '', when: 'level > 5.0', clear: 'level < 2.0' };
const RESOLVED = { topic: 'alarms', rules: [RULE] };

/** One at work; `asked`: how a target answers that takes orders. */
async function living(asked: (() => Answer) | null = null) {
  const plan = testPlan({ devices: 2, readings: 5 });
  if (asked !== null) plan.target.offers.push('inbox');
  const server = new ScriptedServer();
  let dialled = server;
  const later: (() => void)[] = [];
  const written: Record<string, unknown>[] = [];
  const told: unknown[] = [];
  const tell = async (path: string, body: unknown): Promise<Answer> => {
    told.push(path, body);
    return asked?.() ?? { status: 0, body: null };
  };
  const ports = {
    ...{ plan, shard: 0, lanes: new Set(plan.devices.map(({ lane }) => lane)), session: 'inbox/0' },
    roster: new Map(plan.devices.map(({ id }, index) => [id, index])),
    links: { direct: () => dialled.clientEnd },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: {
      now: () => 0,
      after: (_: number, action: () => void) => {
        later.push(action);
        return () => {};
      },
    },
    wheel: {
      add: (_: number, { fire }: { fire(at: number): number }) => void later.push(() => fire(0)),
    },
    now: () => 1234.4,
    target: { port: () => ({ get: async () => ({ status: 200, body: {} }), tell }) },
    ledger: { write: (op: string, fields: object) => written.push({ op, ...fields }) },
  } as unknown as WorkflowPorts;
  const workflow = inbox.start(ports, RESOLVED);
  await workflow.ready?.();
  await settle();
  const subject = plan.devices[0]?.id ?? '';
  /** Lets it in, and grants what it asks for. */
  const letIn = async (isPresent: boolean): Promise<void> => {
    dialled.connack(isPresent);
    await settle();
    const asks = dialled.got.find(({ cmd }) => cmd === 'subscribe');
    dialled.send({ cmd: 'suback', messageId: asks?.messageId ?? 0, granted: [2] });
    await settle();
  };
  const comes = async (said: object | string, more: object = {}): Promise<void> => {
    const payload = typeof said === 'string' ? said : JSON.stringify({ subject, ...said });
    const flags = { qos: 0 as const, dup: false, retain: false, ...more };
    dialled.send({ cmd: 'publish', topic: 'alarms/warm', payload, ...flags });
    await settle();
  };
  const isLost = async (): Promise<void> => {
    dialled.clientEnd.destroy();
    await settle();
    dialled = new ScriptedServer();
    for (const action of later.splice(0)) action();
    await settle();
  };
  const goOn = async (): Promise<void> => {
    for (const action of later.splice(0)) action();
    await settle();
  };
  const [stream] = plan.streams.filter(({ name }) => name === 'telemetry');
  const sees = (n: number, values: object, device = 0): void =>
    workflow.seen?.({ device, stream, n, values: () => values } as SeenMessage);
  const inTheEnd = async (): Promise<unknown[]> => {
    await workflow.readBack?.();
    await workflow.end();
    return written.splice(0).filter(({ op }) => op === 'inbox/heard' || op === 'inbox/deaf');
  };
  return { written, told, subject, server, letIn, comes, isLost, goOn, sees, inTheEnd };
}

const RAISED = { rule: 'warm', what: 'raised', since: 10, at: 20 };

it('takes what comes, and says in the end that all of it was heard', async () => {
  const { written, server, letIn, comes, sees, inTheEnd } = await living();
  await letIn(false);
  const topics = server.got.flatMap((one) => (one.cmd === 'subscribe' ? one.subscriptions : []));
  expect(topics).toMatchObject([{ topic: 'alarms/#' }]);
  sees(3, { level: 6, name: 'x' });
  sees(3, { level: 6 });
  sees(4, { level: 6, [STAMP]: 77.6 });
  await comes(RAISED);
  await comes({ ...RAISED, what: 'cleared', at: 30 }, { dup: true, qos: 1, messageId: 7 });
  await comes(RAISED, { retain: true });
  expect(written.splice(0)).toMatchObject([
    { op: 'inbox/reading', device: 0, n: 3, received: 1234, values: '{"level":6}' },
    { op: 'inbox/reading', device: 0, n: 4, at: 78 },
    { op: 'inbox/told', device: 0, ...RAISED, isAgain: false },
    { op: 'inbox/told', device: 0, what: 'cleared', at: 30, isAgain: true },
  ]);
  expect(await inTheEnd()).toEqual([0, 1].map((device) => ({ op: 'inbox/heard', device })));
});

it('tells what nobody understands, and not without an end', async () => {
  const { written, letIn, comes, inTheEnd } = await living();
  await letIn(false);
  await comes('what?');
  await comes({ ...RAISED, rule: 'cold' });
  await comes({ ...RAISED, subject: 'nobody/1' });
  await comes({ ...RAISED, subject: 'nobody/1' });
  const why = written.splice(0).map((one) => [one.op, one.why, one.says]);
  expect(why).toEqual([
    ['inbox/strange', 'it is not JSON', 'what?'],
    ['inbox/strange', 'there is no such rule', 'cold'],
    ['inbox/elsewhere', undefined, 'nobody/1'],
  ]);
  for (let k = 0; k < 300; k++) await comes('what?');
  expect(written.length).toBe(198);
  await inTheEnd();
});

it('goes on with a session that was kept, and is deaf after one that was lost', async () => {
  const kept = await living();
  await kept.letIn(false);
  await kept.isLost();
  kept.sees(1, {});
  await kept.letIn(true);
  expect(await kept.inTheEnd()).toMatchObject([{ op: 'inbox/heard' }, { op: 'inbox/heard' }]);
  const lost = await living();
  await lost.letIn(false);
  await lost.isLost();
  await lost.letIn(false);
  const why = 'the session by which it is listened to was lost';
  expect(await lost.inTheEnd()).toEqual(
    [0, 1].map((device) => ({ op: 'inbox/deaf', device, why })),
  );
});

it('is deaf to what came before it listened, and where it does not in the end', async () => {
  const early = await living();
  early.sees(0, {});
  await early.letIn(false);
  expect(await early.inTheEnd()).toMatchObject([{ op: 'inbox/deaf' }, { op: 'inbox/deaf' }]);
  const never = await living();
  expect(await never.inTheEnd()).toMatchObject([{ op: 'inbox/deaf' }, { op: 'inbox/deaf' }]);
});

it('tells a target that takes orders, until it answers', async () => {
  let status = 0;
  const { told, written, letIn, goOn, sees, inTheEnd } = await living(() => ({ status, body: {} }));
  await letIn(false);
  status = 200;
  await goOn();
  expect(told).toEqual(['rules', RESOLVED, 'rules', RESOLVED]);
  sees(0, {});
  expect(written.map(({ op }) => op)).toEqual(['inbox/reading']);
  expect(await inTheEnd()).toMatchObject([{ op: 'inbox/heard' }, { op: 'inbox/heard' }]);
});

it('says so where such a target refuses, or takes them too late', async () => {
  const refused = await living(() => ({ status: 409, body: {} }));
  expect(refused.written).toMatchObject([{ op: 'inbox/deaf', device: -1 }]);
  await refused.inTheEnd();
  const late = await living(() => ({ status: 503, body: {} }));
  await late.letIn(false);
  late.sees(0, {});
  expect(late.written[0]).toMatchObject({ op: 'inbox/deaf', device: -1 });
  await late.inTheEnd();
});

const CONTEXT = {
  ...{ seed: 1, quantumMs: 10, faults: [], settings: [], uses: [], partParams: [] },
  phases: ['warmup', 'steady', 'chaos', 'settle', 'drain'].map((name, at) => ({
    ...{ name, from: at * 1000, to: at * 1000 + 1000 },
  })),
  entries: [{ id: 'rooms', everyMs: 1000 }],
  devices: [{ id: 'rooms/1', entry: 0 }],
  signals: [['level']],
} as unknown as WorkflowContext;
const ASKED = { name: 'warm', when: 'level > 5.0', for: 0, clearFor: 0, deadline: 2000 };
const decided = (rules: object[], topic = 'alarms') =>
  inbox.resolve({ topic, rules } as never, CONTEXT);
const problemsOf = (...given: Parameters<typeof decided>) =>
  (decided(...given).problems ?? []).map((one) => `${one.path}: ${one.message}; ${one.hint}`);

it('lays out rules that hold from the beginning', () => {
  expect(problemsOf([ASKED])).toEqual([]);
  const { resolved, takes } = decided([ASKED]);
  expect(resolved).toMatchObject({
    topic: 'alarms',
    rules: [{ name: 'warm', per: 'device', at: 0, clear: '!(level > 5.0)', window: null }],
  });
  expect(takes).toEqual(['the inbox', 'rule warm']);
});

it.each([
  [[{ ...ASKED, when: 'lvel > 5.0' }], 'alarms', 'rules[0].when: no device of it measures "lvel"'],
  [[{ ...ASKED, of: 'halls' }], 'alarms', 'rules[0].of: no device'],
  [[ASKED, ASKED], 'alarms', 'rules[1].name: there is a rule warm before it'],
  [[ASKED], 'alarms/#', 'topic: alarms cannot come on such a topic'],
  [[ASKED], '$SYS/alarms', 'topic: alarms cannot come on such a topic'],
  [[ASKED], 'a//b', 'topic: alarms cannot come on such a topic'],
])('refuses %j on %s', (rules, topic, words) => {
  expect(problemsOf(rules, topic).join('\n')).toContain(words);
});

it('notes on which topic it listens where nobody says so', () => {
  const notesOf = (way: object) =>
    inbox.resolve({ ...way, rules: [ASKED] } as never, CONTEXT).notes;
  const [said, unsaid] = [{ topic: 'alarms' }, {}].map(notesOf);
  expect(said).toEqual([]);
  expect(unsaid).toEqual([expect.stringContaining('the topic alarms, and to any below')]);
});

it('offers no alarms of other rules, of which it is not told', () => {
  expect(problemsOf([{ ...ASKED, let: { x: {} } }])).toEqual([
    expect.stringMatching(/^rules\[0\]\.let\.x: .* share, devices, ago, steps$/),
  ]);
});

const HTTP = { host: '127.0.0.1', port: 0, path: '/alarms' };

it('lays out a webhook, which is no topic besides', () => {
  const both = (more: object) =>
    inbox.resolve({ http: HTTP, rules: [ASKED], ...more } as never, CONTEXT);
  expect(both({})).toMatchObject({
    resolved: { topic: '', http: { ...HTTP, token: '' } },
    problems: [],
    takes: ['the inbox', 'the webhook at 127.0.0.1:0/alarms', 'rule warm'],
  });
  expect(both({ topic: 'alarms' }).problems).toMatchObject([{ path: 'topic' }]);
  const open = both({ http: { ...HTTP, host: '0.0.0.0' } });
  expect(open.notes).toEqual([
    '/alarms is open to whoever reaches 0.0.0.0; a token would close it',
  ]);
});

/** A webhook at work, in the shard that listens for all. */
async function called(target: object = { port: () => null }, offers: string[] = []) {
  const plan = testPlan({ devices: 2, readings: 5 });
  plan.target.offers.push(...offers);
  const written: Record<string, unknown>[] = [];
  const said: string[] = [];
  let webhook: Webhook | null = null;
  let isClosed = false;
  const webhooks: Webhooks = {
    listen: async (_, one) => {
      webhook = one;
      const close = async (): Promise<void> => {
        isClosed = true;
      };
      return { url: 'http://here/alarms', close };
    },
  };
  const ports = {
    ...{ plan, shard: 0, lanes: new Set([plan.devices[0]?.lane]), webhooks },
    roster: new Map(plan.devices.slice(0, 1).map(({ id }, index) => [id, index])),
    say: (text: string) => said.push(text),
    now: () => 7000,
    target,
    ledger: { write: (op: string, fields: object) => written.push({ op, ...fields }) },
  } as unknown as WorkflowPorts;
  const http = { ...HTTP, token: '' };
  const workflow = inbox.start(ports, { topic: '', http, rules: [RULE] });
  await workflow.ready?.();
  const [own = '', other = ''] = plan.devices.map(({ id }) => id);
  const call = (body: unknown, key: string | null = null) =>
    webhook?.take({ key, body: Buffer.from(JSON.stringify(body)) });
  const end = async () => {
    await workflow.readBack?.();
    await workflow.end();
    return isClosed;
  };
  const refuse = (status = 413, why = 'too large') => webhook?.refused(status, why);
  return { written, said, own, other, call, end, refuse };
}

it('takes what is posted, also of devices of other shards, and says where', async () => {
  const { written, said, own, other, call, end } = await called();
  expect(said).toEqual(['alarms are taken at http://here/alarms']);
  expect(call({ ...RAISED, subject: own })?.status).toBe(204);
  expect(
    call([
      { ...RAISED, subject: other },
      { ...RAISED, subject: 'x', rule: 'y' },
    ])?.status,
  ).toBe(204);
  expect(written.splice(0)).toMatchObject([
    { op: 'inbox/told', device: 0, ...RAISED, isAgain: false },
    { op: 'inbox/posted', device: -1, subject: other, ...RAISED },
    { op: 'inbox/posted', device: -1, subject: 'x', rule: 'y' },
  ]);
  expect(await end()).toBe(true);
  expect(written).toMatchObject([{ op: 'inbox/heard' }, { op: 'inbox/heard' }]);
});

it('counts what it refuses by its status, and tells of the first of each', async () => {
  const { written, said, end, refuse } = await called();
  for (const status of [401, 404, 401, 401]) refuse(status, `so ${status}`);
  expect(written).toEqual([]);
  expect(said.slice(1)).toEqual([
    expect.stringMatching(/401: so 401$/),
    expect.stringMatching(/404: so 404$/),
  ]);
  await end();
  expect(written.filter(({ op }) => op === 'inbox/refused')).toEqual([
    { op: 'inbox/refused', device: -1, status: 401, times: 3, first: 7000, why: 'so 401' },
    { op: 'inbox/refused', device: -1, status: 404, times: 1, first: 7000, why: 'so 404' },
  ]);
});

it('ends when what it has asked is answered, and writes nothing down any more', async () => {
  const waiting: ((answer: Answer) => void)[] = [];
  const tell = () => new Promise<Answer>((resolve) => waiting.push(resolve));
  const { written, end } = await called({ port: () => ({ tell }) }, ['inbox']);
  let isOver = false;
  const ending = end().then(() => {
    isOver = true;
  });
  await settle();
  expect(isOver).toBe(false);
  const before = written.length;
  for (const answer of waiting) answer({ status: 409, body: null });
  await ending;
  expect(written.length).toBe(before);
});

it('takes the same twice for one where a key says so, or its caller was not answered', async () => {
  const { written, own, call } = await called();
  const alarm = { ...RAISED, subject: own };
  call(alarm, 'one');
  call(alarm, 'one');
  call({ ...alarm, key: 'two' });
  call({ ...alarm, key: 'two' }, 'three');
  call(alarm);
  call(alarm)?.unheard?.();
  call(alarm);
  call(alarm);
  const again = written.map(({ isAgain }) => isAgain);
  expect(again).toEqual([false, true, false, true, false, false, true, false]);
});

it('refuses what nobody can read, and writes that down', async () => {
  const { written, said, own, call, refuse } = await called();
  expect(call({ ...RAISED, subject: own, at: -1 })).toMatchObject({ status: 400 });
  expect(call([{ ...RAISED, subject: own }, 3])).toMatchObject({ status: 400 });
  refuse();
  refuse();
  expect(written.map(({ op }) => op)).toEqual(Array(4).fill('inbox/strange'));
  expect(said.slice(1)).toEqual(['a call of /alarms was answered 413: too large']);
});
