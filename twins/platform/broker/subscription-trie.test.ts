import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SubscriptionTrie } from './subscription-trie.ts';
import { filterMatches } from './topic-filter.ts';

const name = fc.constantFrom('a', 'b', '');
const topics = fc.array(name, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(
    fc.array(fc.oneof(name, fc.constant('+')), { maxLength: 3 }),
    fc.constantFrom('#', 'a', '+'),
  )
  .map(([levels, last]) => [...levels, last].join('/'));
const steps = fc.array(
  fc.record({
    isAdd: fc.boolean(),
    filter: filters,
    client: fc.constantFrom('c1', 'c2', 'c3'),
    qos: fc.constantFrom(1, 2),
  }),
  { maxLength: 30 },
);

test('finds the sessions that a plain list finds, after any history', () => {
  fc.assert(
    fc.property(steps, fc.array(topics, { minLength: 1, maxLength: 8 }), (history, asked) => {
      const trie = new SubscriptionTrie();
      const list = new Map<string, { filter: string; client: string; qos: number }>();
      for (const { isAdd, filter, client, qos } of history) {
        if (isAdd) trie.add(filter, client, qos);
        else trie.remove(filter, client);
        // Asked in between, or a stale answer would not show.
        for (const topic of asked) trie.match(topic);
        if (isAdd) list.set(`${client} ${filter}`, { filter, client, qos });
        else list.delete(`${client} ${filter}`);
      }
      for (const topic of asked) {
        const expected = new Map<string, number>();
        for (const { filter, client, qos } of list.values()) {
          if (!filterMatches(filter, topic)) continue;
          expected.set(client, Math.max(qos, expected.get(client) ?? 0));
        }
        expect(Object.fromEntries(trie.match(topic))).toEqual(Object.fromEntries(expected));
      }
      for (const { filter, client } of list.values()) trie.remove(filter, client);
      expect(trie.isEmpty).toBe(true);
    }),
    { seed: 7, numRuns: 1000 },
  );
});

test('a first-level wildcard does not see `$` topics', () => {
  const trie = new SubscriptionTrie();
  trie.add('#', 'all', 1);
  trie.add('+/x', 'any', 1);
  trie.add('$SYS/x', 'one', 1);
  expect([...trie.match('$SYS/x').keys()]).toEqual(['one']);
});
