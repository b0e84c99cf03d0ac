/** A retained value must come to a new subscription with the RETAIN flag set. */
import { confirm, RawClient, until } from './raw-client.ts';

await confirm(async (door) => {
  const writer = await RawClient.open(door, 'flag-writer');
  writer.publish('flag/one', 'kept', 1, true);
  await writer.next('puback');
  const reader = await RawClient.open(door, 'flag-reader');
  await reader.subscribe(['flag/#'], 1);
  await until(() => reader.messages.length > 0, 5000);
  const [message] = reader.messages;
  if (message === undefined) return [false, 'the retained value did not come at all'];
  return [!message.retain, `the retained value came with RETAIN ${message.retain ? 1 : 0}`];
});
