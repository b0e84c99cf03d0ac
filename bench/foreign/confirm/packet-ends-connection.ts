/** Publishes of growing size, until one is not answered. */
import { confirm, RawClient } from './raw-client.ts';

const LARGEST = 1024 * 1024;

await confirm(async (door) => {
  for (let bytes = 1024; bytes <= LARGEST; bytes *= 2) {
    const client = await RawClient.open(door, `large-${bytes}`);
    client.publish('large/one', Buffer.alloc(bytes), 1);
    if ((await client.next('puback', 5000)) === null) {
      const how = client.isClosed ? 'ended the connection' : 'was not answered';
      return [true, `a payload of ${bytes} bytes ${how}`];
    }
    client.destroy();
  }
  return [false, `${LARGEST} bytes are taken`];
});
