/**
 * TEST ONLY. A life in the ThingsBoard API: a gateway introduces its children and brings readings
 * of them, an operator asks for things and changes what is shared, the gateway answers for them,
 * and somebody watches it all in our own dialect.
 */
import type { Account, Platform } from '../../platform.ts';
import { connect, otherAccount, quiet, RUN, secretOf, sha256Hex, topicOf } from '../twin.ts';

const GATE = 'gates/north-1/1';
const READINGS = 40;
const REQUESTS = 16;

const NOTHING = new URLSearchParams();

/** Who speaks the API shows a token, and no password. */
const token = (user: string) => ({ username: secretOf(user), password: '' });

async function thingsBoardLife(platform: Platform, ids: readonly string[]) {
  const children = ids.map((id) => id.replace('fridges', 'carried'));
  const watcher = await connect(platform, 'observer', token('observer'));
  await watcher.subscribe(`tw/${RUN}/#`, 1);
  const asker = await connect(platform, 'commander', token('commander'));
  const gate = await connect(platform, GATE, token(GATE));
  for (const child of children) {
    await gate.publish('v1/gateway/connect', JSON.stringify({ device: child }), 1);
  }
  for (const filter of ['v1/gateway/rpc', 'v1/gateway/attributes']) await gate.subscribe(filter, 1);
  for (let n = 0; n < READINGS; n++) {
    const told = children.map((child) => [
      child,
      [{ ts: n, values: { level: n, 'tw-telemetry': `${RUN} ${child} telemetry ${n} 0 ${n}` } }],
    ]);
    await gate.publish('v1/gateway/telemetry', JSON.stringify(Object.fromEntries(told)), 1);
  }
  for (let n = 0; n < REQUESTS; n++) {
    for (const child of children) {
      const order = { n, e: 0, t: n, v: { name: 'lamp', value: n } };
      await asker.publish(topicOf(child, 'command'), JSON.stringify(order), 1);
      const path = `/twin/${encodeURIComponent(child)}`;
      platform.request('POST', path, NOTHING, { desired: { dim: n } });
    }
    await quiet();
    for (const child of children) {
      const data = { done: true, 'tw-answer': `${RUN} ${child} answer ${n} 0 ${n}` };
      await gate.publish('v1/gateway/rpc', JSON.stringify({ device: child, id: n, data }), 1);
    }
  }
  await quiet();
  const { body: kept } = platform.request('GET', '/telemetry', new URLSearchParams('limit=9999'));
  const { rows } = kept as { rows: { device: string; stream: string; n: number }[] };
  const seen = {
    kept: rows.map(({ device, stream, n }) => `${device} ${stream} ${n}`).sort(),
    pushed: gate.received.filter(({ topic }) => topic === 'v1/gateway/attributes').length,
    asked: gate.received.filter(({ topic }) => topic === 'v1/gateway/rpc').map(({ text }) => text),
    watched: watcher.received.map(({ topic }) => topic).sort(),
  };
  for (const client of [gate, watcher, asker]) await client.end();
  return seen;
}

const gate: Account = {
  user: GATE,
  passwordSha256: sha256Hex(secretOf(GATE)),
  role: 'device',
  topics: [topicOf(GATE, '')],
};
const accounts = [gate, otherAccount('observer', 'observer'), otherAccount('commander', 'service')];

export default Object.assign(thingsBoardLife, { accounts, dialect: 'thingsboard' });
