/** A retained value is asked for by its own topic, and by a filter that also fits it. */
import { confirm, RawClient, until } from './raw-client.ts';

await confirm(async (door) => {
  const writer = await RawClient.open(door, 'wild-writer');
  writer.publish('wild/one/value', 'kept', 1, true);
  await writer.next('puback');
  const cameFor = async (filter: string, clientId: string): Promise<boolean> => {
    const reader = await RawClient.open(door, clientId);
    await reader.subscribe([filter], 1);
    return until(() => reader.messages.length > 0, 5000);
  };
  const exact = await cameFor('wild/one/value', 'wild-exact');
  const wild = await cameFor('wild/#', 'wild-filter');
  const word = (came: boolean): string => (came ? 'came' : 'did not come');
  return [exact && !wild, `it ${word(exact)} for its own topic, and ${word(wild)} for wild/#`];
});
