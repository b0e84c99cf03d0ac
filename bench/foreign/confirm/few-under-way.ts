/** How many messages at QoS 1 a subscriber is sent that never answers one of them. */
import { confirm, RawClient, sleep } from './raw-client.ts';

const SENT = 200;
const LONG_MS = 5000;

await confirm(async (door) => {
  const mute = await RawClient.open(door, 'mute', { clean: false, answers: false });
  await mute.subscribe(['mute/#'], 1);
  const writer = await RawClient.open(door, 'mute-writer');
  for (let n = 0; n < SENT; n++) {
    writer.publish('mute/one', String(n), 1);
    await writer.next('puback');
  }
  await sleep(LONG_MS);
  return [mute.messages.length < SENT, `of ${SENT} sent, ${mute.messages.length} are under way`];
});
