/** Promises that a file brings are read by the same rules as those that a scenario declares. */
import { describe, expect, it } from 'vitest';
import mosquitto from '../targets/brokers/mosquitto.ts';
import embedded from '../targets/embedded.ts';
import { brokerWords, targetWords } from './target-words.ts';

const because = 'its manual';

const flawsOf = (promises: unknown): string[] => brokerWords.check({ ...mosquitto, promises });

describe('promises of a broker', () => {
  it.each([
    [
      { queueLimitt: { value: 7, because } },
      "promises has an unknown field 'queueLimitt', did you mean 'queueLimit'?",
    ],
    [
      { 'queue-limit': { value: 7, because } },
      "promises has an unknown field 'queue-limit', did you mean 'queueLimit'?",
    ],
    [
      { ordered: { value: 'yes', because } },
      "promises.ordered.value must be true or false, not 'yes'",
    ],
    [
      { queueLimit: { value: 1.5, because } },
      'promises.queueLimit.value must be a whole number, not 1.5',
    ],
    [
      { queueLimit: { value: -1, because } },
      'promises.queueLimit.value must be a whole number from 0 to 1000000000, not -1',
    ],
    [
      { inflightLimit: { value: 0, because } },
      'promises.inflightLimit.value must be a whole number from 1 to 65535, not 0',
    ],
    [{ maxQos: { value: 3, because } }, 'promises.maxQos.value must be 0, 1 or 2, not 3'],
    [{ mqtt: { value: '4', because } }, "promises.mqtt.value must be 3.1.1 or 5, not '4'"],
    [{ mqtt: { value: 5, because } }, "promises.mqtt.value must be '5', not 5"],
    [
      { redeliversWithinMs: { value: -1, because } },
      "promises.redeliversWithinMs.value must be a duration such as 8s, not '-1ms'",
    ],
    [{ maxQos: { because } }, 'promises.maxQos.value is missing'],
    [{ maxQos: { value: 1 } }, 'promises.maxQos.because is missing'],
    [{ maxQos: { value: 1, because: '' } }, "promises.maxQos.because must be text, not ''"],
    [
      { maxQos: { value: 1, becuase: because, because } },
      "promises.maxQos has an unknown field 'becuase', did you mean 'because'?",
    ],
    [{ maxQos: 1 }, 'promises.maxQos must be a map, not 1'],
    [[], 'promises must be a map, not a list'],
  ])('%j is refused', (promises, flaw) => {
    expect(flawsOf(promises)).toEqual([flaw]);
  });

  it('may be few, or none', () => {
    expect(flawsOf({})).toEqual([]);
    // What was a yes or no once still is.
    expect(flawsOf({ willOnTakeOver: { value: false, because } })).toEqual([]);
    expect(flawsOf({ willOnTakeOver: { value: 'clean', because } })).toEqual([]);
    expect(flawsOf({ maxQos: { value: 0, because }, mqtt: { value: '3.1.1', because } })).toEqual(
      [],
    );
  });
});

it('a kind of target must give each of them', () => {
  const { queueLimit: _, ...promises } = embedded.promises;
  expect(targetWords.check({ ...embedded, promises })).toEqual(['promises.queueLimit is missing']);
  const strange = { ...embedded.promises, ordered: { value: 1, because } };
  expect(targetWords.check({ ...embedded, promises: strange })).toEqual([
    'promises.ordered.value must be true or false, not 1',
  ]);
});
