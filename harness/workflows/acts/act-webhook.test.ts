/** What the webhook of an act takes, what it refuses, and what of that is held against a target. */
import { expect, it } from 'vitest';
import { ACT_VALUES_MAX, type ActWebhook } from '#kernel';
import type { Webhook, WebhookAnswer } from '../../wire/webhooks.ts';
import type { WorkflowPorts } from '../workflow.ts';
import { LivingActWebhook } from './act-webhook.ts';

const AT: ActWebhook = { host: '127.0.0.1', port: 0, path: '/call', token: 'secret', downs: [] };
const SUBJECT = 'rooms/north-1/0';
const TOLD = {
  ...{ key: 'call/1', act: 'call', rule: 'high', subject: SUBJECT },
  ...{ version: 1, at: 5, decided: 7, values: { level: 6 } },
};

async function living(plan: Partial<ActWebhook> = {}) {
  const written: Record<string, unknown>[] = [];
  const says: string[] = [];
  const behind: Webhook[] = [];
  const ports = {
    ...{ lanes: new Set([0]), plan: { devices: [{ id: SUBJECT, lane: 0 }] } },
    roster: new Map([[SUBJECT, 0]]),
    webhooks: {
      listen: async (_: unknown, webhook: Webhook) => {
        behind.push(webhook);
        return { url: 'http://here', close: async () => {} };
      },
    },
    say: (what: string) => void says.push(what),
    now: () => 1000,
    ledger: { write: (op: string, fields: object) => written.push({ op, ...fields }) },
  } as unknown as WorkflowPorts;
  const webhook = new LivingActWebhook(ports, { name: 'call' }, { ...AT, ...plan });
  await webhook.listen();
  const [hook] = behind;
  const take = (body: unknown, key: string | null = null): WebhookAnswer | undefined =>
    hook?.take({ key, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });
  return { webhook, written, says, hook, take };
}

it('writes down what it is told, with its answer', async () => {
  const { take, written } = await living();
  expect(take(TOLD, TOLD.key)).toMatchObject({ status: 204 });
  const values = JSON.stringify(TOLD.values);
  const called = { op: 'acts/called', device: 0, by: 'call', status: 204 };
  expect(written).toEqual([{ ...called, ...TOLD, values }]);
});

it('refuses what nobody can read, and what comes while it takes nothing', async () => {
  const { take, written } = await living({ downs: [{ at: 500, until: 1500 }] });
  expect(take('what?')).toMatchObject({ status: 400 });
  expect(take({ ...TOLD, values: 7 })).toMatchObject({ status: 400 });
  expect(take(TOLD, 'another')).toMatchObject({ status: 400 });
  expect(take(TOLD)).toMatchObject({ status: 503 });
  expect(written.map(({ op, status }) => status ?? op)).toEqual([
    ...['acts/garbled', 'acts/garbled', 'acts/garbled', 503],
  ]);
});

it('holds no call of a stranger against the target, and tells of the first of each', async () => {
  const { hook, written, says } = await living();
  const before = says.length;
  for (const status of [401, 405, 401]) hook?.refused(status, 'so it is');
  expect(written).toEqual([]);
  const told = ['401', '405'].map((status) => expect.stringContaining(status));
  expect(says.slice(before)).toEqual(told);
  hook?.refused(413, 'it is too large');
  expect(written).toMatchObject([{ op: 'acts/garbled', why: expect.stringContaining('413') }]);
});

it('takes values that its ledger has no room for, and leaves them out', async () => {
  const { take, written } = await living();
  const most = { a: 'é'.repeat((ACT_VALUES_MAX - '{"a":""}'.length) / 2) };
  expect(take({ ...TOLD, values: most })).toMatchObject({ status: 204 });
  expect(take({ ...TOLD, values: { a: `${most.a}x` } })).toMatchObject({ status: 204 });
  expect(written.map(({ values }) => values)).toEqual([JSON.stringify(most), '']);
});

it('writes down so many calls at most, and does not say then that all were heard', async () => {
  const { webhook, take, written } = await living();
  take(TOLD);
  webhook.wasHeard();
  expect(written.map(({ op }) => op)).toEqual(['acts/called', 'acts/listened']);
  for (let k = 0; k < 100_000; k++) take(TOLD);
  expect(take(TOLD)).toMatchObject({ status: 204 });
  webhook.wasHeard();
  expect(written.length).toBe(100_001);
});
