/**
 * Clean clients connect a second time under their own name while the first connection stands, and
 * subscribe once they are let in. What is published then must come to all of them that were granted
 * it (MQTT 3.1.1 §3.8.4); whoever is still connected and gets nothing is deaf. It is a race in the
 * broker, which the many filters of the first connection make longer, and many try.
 */
import { confirm, RawClient, until } from './raw-client.ts';

const CLIENTS = 20;
const FILTERS = 500;
const ROUNDS = 60;
const LONG_MS = 3000;

await confirm(async (door) => {
  const writer = await RawClient.open(door, 'deaf-writer');
  let tried = 0;
  let deaf = 0;
  for (let round = 0; round < ROUNDS && deaf === 0; round++) {
    const names = Array.from({ length: CLIENTS }, (_, at) => `deaf-${round}-${at}`);
    const first = await Promise.all(names.map((name) => RawClient.open(door, name)));
    await Promise.all(first.map((one, at) => one.subscribe(filtersOf(names[at] ?? ''), 1)));
    const second = await Promise.all(
      names.map(async (name) => {
        const again = await RawClient.open(door, name);
        await again.subscribe([`deaf/${name}`], 1);
        return again;
      }),
    );
    for (const name of names) writer.publish(`deaf/${name}`, 'word', 1);
    await until(() => second.every(({ messages }) => messages.length > 0), LONG_MS);
    tried += CLIENTS;
    deaf += second.filter(({ messages, isClosed }) => messages.length === 0 && !isClosed).length;
    for (const one of [...first, ...second]) one.destroy();
  }
  return [deaf > 0, `of ${tried} that took their own place, ${deaf} got nothing any more`];
});

function filtersOf(name: string): string[] {
  return Array.from({ length: FILTERS }, (_, at) => `deaf/before/${name}/${at}`);
}
