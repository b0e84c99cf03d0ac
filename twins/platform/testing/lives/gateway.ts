/**
 * TEST ONLY. A life in which a gateway speaks for its child, and for two who are not, alone and in
 * one packet; each is acknowledged, and only its own is kept.
 */
import type { Account, Platform } from '../../platform.ts';
import { connect, deviceAccount, envelope, otherAccount, quiet, topicOf } from '../twin.ts';

const GATE = 'gates/north-1/1';
const CHILD = 'kids/north-1/1';

const own = deviceAccount(GATE);
const accounts: readonly Account[] = [
  otherAccount('observer', 'observer'),
  { ...own, topics: [...own.topics, ...deviceAccount(CHILD).topics], speaksFor: [CHILD] },
];

/** What anybody could see of it. */
async function gatewayLife(platform: Platform, ids: readonly string[]) {
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/#', 1);
  const gate = await connect(platform, GATE);
  for (const [n, device] of [CHILD, ...ids.slice(0, 2), CHILD].entries()) {
    await gate.publish(topicOf(device, 'telemetry'), envelope(n), 1);
    await gate.publish(topicOf(device, 'gateway-stray'), envelope(n), 0);
  }
  const parcels = [parcel(CHILD, 10), parcel(ids[2] ?? '', 10), parcel(CHILD, 11)];
  await gate.publish(topicOf(GATE, '_parcels'), parcels.join(''), 1);
  await quiet();
  const kept = [CHILD, ids[2] ?? ''].map((id) => {
    const path = `/devices/${encodeURIComponent(id)}/telemetry`;
    const { body } = platform.request('GET', path, new URLSearchParams('limit=999'));
    return ((body as { rows?: { n: number }[] }).rows ?? []).map(({ n }) => `${id} ${n}`);
  });
  const { body } = platform.request('GET', '/gateway', new URLSearchParams('limit=999'));
  const seen = observer.received.map(({ topic, text }) => `${topic} ${text}`).sort();
  const { refused, received } = platform.stats();
  await gate.end();
  await observer.end();
  return { seen, kept, refused, received, gateway: (body as { gateway: unknown[] }).gateway };
}

/** Its name and its payload, each short enough for a length of one byte. */
const parcel = (device: string, n: number): string =>
  [`${device}/telemetry`, envelope(n)]
    .map((text) => `${String.fromCharCode(text.length)}${text}`)
    .join('');

export default Object.assign(gatewayLife, { accounts });
