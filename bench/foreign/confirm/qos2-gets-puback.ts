/** A publish at QoS 2 must be answered with a PUBREC; here it is as if it had been QoS 1. */
import { confirm, RawClient } from './raw-client.ts';

await confirm(async (door) => {
  const client = await RawClient.open(door, 'puback-sender');
  client.publish('puback/one', 'one', 2);
  const answer = await Promise.race([client.next('puback'), client.next('pubrec')]);
  return [
    answer?.cmd === 'puback',
    `a publish at QoS 2 was answered with ${answer?.cmd ?? 'nothing'}`,
  ];
});
