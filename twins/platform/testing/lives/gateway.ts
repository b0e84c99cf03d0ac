/**
 * TEST ONLY. A life in which a gateway speaks for its child, and for two who are not; each is
 * acknowledged, and only its own is kept.
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
  await quiet();
  const { body } = platform.request('GET', '/gateway', new URLSearchParams('limit=999'));
  const seen = observer.received.map(({ topic, text }) => `${topic} ${text}`).sort();
  const { refused, received } = platform.stats();
  await gate.end();
  await observer.end();
  return { seen, refused, received, gateway: (body as { gateway: unknown[] }).gateway };
}

export default Object.assign(gatewayLife, { accounts });
