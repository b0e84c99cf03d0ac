/** What a scenario may say of a platform that is not ours, and what of it cannot be had. */
import { describe, expect, it } from 'vitest';
import { plan } from '../testing/planned.ts';

const QUERY = 'select device, n from rows where run = {run}';
const TARGET = (more: string): string => `target: { url: 'mqtt://127.0.0.1:1883', ${more} }`;
const HANDS = "hands: { consumer: { do: 'x', undo: 'y', proof: 'z' } }";

const said = (wish: Parameters<typeof plan>[0]): string[] => {
  const outcome = plan({ gear: 'real', ...wish });
  return outcome.ok ? [] : outcome.problems.map(({ message, hint }) => `${message}; ${hint ?? ''}`);
};
const store = (text: string): string[] => said({ more: [TARGET(`store: { ${text} }`)] });

describe('a store', () => {
  it('makes what it keeps arrive there, and nothing else', () => {
    const sql = `store: { sql: { file: x.sqlite, query: '${QUERY}' } }`;
    const outcome = plan({ gear: 'real', more: [TARGET(sql), 'commands: { every: 2s }'] });
    const arrives = outcome.ok ? outcome.plan.streams.map((one) => [one.name, one.arrives]) : [];
    expect(Object.fromEntries(arrives)).toMatchObject({ telemetry: 'store', answer: 'observer' });
  });

  it.each([
    [`sql: { file: x, query: 'select * from rows' }`, /rows of every run there ever was/],
    [`sql: { file: x, query: "select 1 where run = '{run}'" }`, /a placeholder in quotes/],
    [`sql: { file: x, query: 'select {device} where r = {run}' }`, /no placeholder \{device\}/],
    [`sql: { query: '${QUERY}' }`, /file/],
    [`sql: { file: x, url-env: Y, query: '${QUERY}' }`, /cannot stand beside url-env/],
    [`sql: { file: x, query: '${QUERY}', streams: [telemtry] }`, /'telemtry'.*did you mean/],
    [`sqll: { file: x }`, /there is no store 'sqll'; did you mean 'sql'/],
    [`http: { url: 'http://me:pw@127.0.0.1/{run}', n: n }`, /must not carry a user or password/],
    [`http: { url: 'http://127.0.0.1/', n: n }`, /rows of every run/],
    [`http: { url: 'http://127.0.0.1/{run}' }`, /neither where a number nor where a payload/],
    [`influx: { url: 'http://127.0.0.1:8086', db: d, query: 'select n from t' }`, /every run/],
  ])('%s is refused', (text, why) => {
    const told = store(text);
    expect(told.join('\n')).toMatch(why);
  });

  it('on another machine asks for its owner', () => {
    const text = `http: { url: 'http://db.example/{run}', n: n, device: d }`;
    const outcome = plan({ gear: 'real', more: [TARGET(`store: { ${text} }`)] });
    expect(outcome.ok && outcome.plan.target.elsewhere).toBe('db.example');
  });

  it('is nothing for the platform twin, nor for a broker that we start', () => {
    const text = `store: { sql: { file: x, query: '${QUERY}' } }`;
    expect(said({ more: [`target: { kind: embedded, ${text} }`] }).join()).toMatch(
      /takes no store/,
    );
    expect(said({ more: [`target: { process: mosquitto, ${text} }`] }).join()).toMatch(/url/);
  });
});

describe('hands', () => {
  const chaos = (text: string): string => `{ at: chaos+1s, for: 1s, ${text} }`;

  it('are faults by their own names, and by that of the hand', () => {
    const faults = [chaos('fault: consumer'), chaos('fault: hand, with: { hand: consumer }')];
    for (const fault of faults) {
      const outcome = plan({ gear: 'real', more: [TARGET(HANDS)], chaos: [fault] });
      const [planned] = outcome.ok ? outcome.plan.faults : [];
      expect(planned).toMatchObject({
        fault: 'hand',
        acts: 'behind',
        params: { hand: 'consumer' },
      });
    }
  });

  it.each([
    [HANDS, chaos('fault: consumr'), /there is no fault 'consumr'/],
    [HANDS, chaos('fault: hand, with: { hand: consumr }'), /no hand of the target 'consumr'/],
    [HANDS, chaos('fault: hand'), /names no hand of the target; known: consumer/],
    [HANDS, chaos('fault: consumer, where: 10%'), /acts on the target as a whole/],
    [
      'broker: mosquitto',
      chaos('fault: hand, with: { hand: x }'),
      /no hand of the target|has none/,
    ],
    [HANDS.replace('consumer', 'latency'), chaos('fault: latency'), /name of a fault/],
    ['hands: { one: { do: x, proof: z } }', chaos('fault: one'), /has no undo/],
    ['hands: { kill: x }', chaos('fault: broker-kill'), /start is missing/],
  ])('%s with %s is refused', (hands, fault, why) => {
    expect(said({ more: [TARGET(hands)], chaos: [fault] }).join('\n')).toMatch(why);
  });

  it('are used one at a time', () => {
    const twice = [chaos('fault: consumer'), chaos('fault: consumer')];
    expect(said({ more: [TARGET(HANDS)], chaos: twice }).join()).toMatch(/the same hand/);
  });
});

it('commands around a run need the real gear', () => {
  const told = said({ gear: 'sim', more: ['before: make it so'] });
  expect(told.join()).toMatch(/before is a command of this machine.*--gear real/);
});
