/** What a card is worth to a scenario: the block it prints is read again as what was seen. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '#scenarios';
import type { Promises } from '../plan/promises.ts';
import { brokenPromises, yamlOf } from './card.ts';
import { type Finding, fact, saying } from './question.ts';

const seen = (guarantees: Finding['guarantees'] & object): Finding =>
  saying(fact('line', 'found', 'seen: in a way # with signs'), guarantees);

describe('guarantees as YAML', () => {
  it('are read by a scenario as what was found', () => {
    const findings = [
      seen({ maxQos: 1, willOnTakeOver: 'none', retained: 'exact-topics', ordered: true }),
      seen({ redeliversWithinMs: 32_000, keepAliveGrace: 2.5, queueLimit: 1000 }),
      seen({ redeliversWithinMs: 0, durableSessions: false, acknowledgesEarly: false }),
    ];
    const block = yamlOf(findings.slice(0, 2)).replace(/^/gm, '  ');
    const head = 'twinstorm: 1\nname: x\nfleet: [{ model: m, count: 1 }]\n';
    const text = `${head}target:\n  url: mqtt://127.0.0.1\n${block}`;
    const parsed = parseScenario(text, 'x.yaml');
    expect(parsed).toMatchObject({
      ok: true,
      scenario: {
        target: {
          guarantees: { ...findings[0]?.guarantees, ...findings[1]?.guarantees },
        },
      },
    });
    expect(yamlOf(findings.slice(2))).toContain('redelivers-within: 0ms');
  });

  it('are an empty map where nothing was found', () => {
    expect(yamlOf([fact('line', 'found', 'seen')])).toBe('guarantees: {}\n');
  });
});

describe('promises beside what was found', () => {
  const because = 'a handbook';
  it.each<[string, Partial<Promises>, Finding['guarantees'] & object, string[]]>([
    ['more than is promised', { queueLimit: { value: 1000, because } }, { queueLimit: 1500 }, []],
    ['less', { queueLimit: { value: 1000, because } }, { queueLimit: 999 }, ['queue-limit']],
    [
      'a longer wait',
      { keepAliveGrace: { value: 1.5, because } },
      { keepAliveGrace: 3 },
      ['keep-alive-grace'],
    ],
    ['a shorter one', { keepAliveGrace: { value: 3, because } }, { keepAliveGrace: 1.5 }, []],
    [
      'durable after all',
      { durableSessions: { value: false, because } },
      { durableSessions: true },
      [],
    ],
    [
      'not durable',
      { durableSessions: { value: true, because } },
      { durableSessions: false },
      ['durable-sessions'],
    ],
    [
      'a PUBACK too early',
      { acknowledgesEarly: { value: false, because } },
      { acknowledgesEarly: true },
      ['acknowledges-early'],
    ],
    [
      'another word',
      { willOnTakeOver: { value: 'clean', because } },
      { willOnTakeOver: 'all' },
      ['will-on-take-over'],
    ],
    ['what was not asked', { maxQos: { value: 2, because } }, { ordered: true }, []],
  ])('%s', (_, promises, found, broken) => {
    expect(brokenPromises(promises, [seen(found)]).map(({ key }) => key)).toEqual(broken);
  });
});
