/**
 * A kept session leaves without an answer to what it was sent, and something newer is published
 * meanwhile. When it returns, the older message must come first (MQTT 3.1.1 §4.4 and §4.6).
 */
import { confirm, RawClient, sleep, until } from './raw-client.ts';

const LONG_MS = 12_000;

await confirm(async (door) => {
  const first = await RawClient.open(door, 'order-reader', { clean: false, answers: false });
  await first.subscribe(['order/one'], 1);
  const writer = await RawClient.open(door, 'order-writer');
  writer.publish('order/one', 'older', 1);
  await until(() => first.messages.length > 0, LONG_MS);
  const second = await RawClient.open(door, 'order-reader', { clean: false });
  writer.publish('order/one', 'newer', 1);
  await sleep(LONG_MS);
  const came = second.messages.map(({ payload }) => payload);
  return [came[0] === 'newer', `after the return there came: ${came.join(', ') || 'nothing'}`];
});
