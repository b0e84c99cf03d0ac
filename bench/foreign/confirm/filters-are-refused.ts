/** One session subscribes to one filter after the other; some day the broker grants no more. */
import { confirm, RawClient } from './raw-client.ts';

const TRIED = 100;
const REFUSED = 0x80;

await confirm(async (door) => {
  const client = await RawClient.open(door, 'filters', { clean: false });
  for (let count = 1; count <= TRIED; count++) {
    const granted = await client.subscribe([`filters/${count}/#`], 1);
    if (granted === null) return [true, `the connection ended at filter ${count}`];
    if (granted[0] === REFUSED) return [true, `filter ${count} of one session was refused`];
  }
  return [false, `${TRIED} filters were granted`];
});
