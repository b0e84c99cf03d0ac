/** Another target by word keeps what the scenario says of its target besides where it is. */
import { expect, it } from 'vitest';
import { parseScenario } from './parse.ts';
import { retargeted } from './retarget.ts';

const scenario = (target: string): string =>
  ['twinstorm: 1', 'name: x', 'fleet: [{ model: m, count: 1 }]', `target: ${target}`].join('\n');

const FULL = `{ url: mqtt://127.0.0.1:1, observe: mqtt://127.0.0.1:2, credentials: a.csv,
  client-id: 'x-{device}', guarantees: { max-qos: 1, durable-sessions: true } }`;

function read(text: string, word: string) {
  const parsed = parseScenario(text, 'x.yaml', [retargeted(text, word)]);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.scenario.target;
}

it('an address takes the place of the old one, and nothing else', () => {
  expect(read(scenario(FULL), 'mqtt://127.0.0.1:9')).toMatchObject({
    kind: 'url',
    with: { url: 'mqtt://127.0.0.1:9' },
    credentials: 'a.csv',
    clientId: 'x-{device}',
    guarantees: { maxQos: 1, durableSessions: true },
  });
  // Where the old one was watched says nothing of the new one.
  expect(read(scenario(FULL), 'mqtt://127.0.0.1:9').with).not.toHaveProperty('observe');
});

it('a broker before the address is the one whose promises hold', () => {
  const known = { kind: 'url', with: { url: 'mqtts://127.0.0.1:9' }, broker: 'rabbitmq' };
  for (const target of [FULL, 'embedded', '{ url: mqtt://127.0.0.1:1, broker: mosquitto }']) {
    expect(read(scenario(target), 'rabbitmq+mqtts://127.0.0.1:9')).toMatchObject(known);
  }
  expect(read(scenario('aws-iot-core+mqtt://127.0.0.1:9'), 'embedded').broker).toBe(null);
  expect(() => read(scenario(FULL), 'rabbitmq+amqp://127.0.0.1')).toThrow(/cannot speak/);
});

it('a binary keeps what one can have', () => {
  expect(read(scenario(FULL), 'process:mosquitto')).toMatchObject({
    kind: 'process',
    with: { process: 'mosquitto' },
    credentials: null,
    guarantees: { maxQos: 1, durableSessions: true },
  });
});

it.each([
  [FULL, 'embedded', 'embedded'],
  ['embedded', 'mqtt://127.0.0.1:9', 'url'],
  ['{ process: mosquitto }', 'process:mosquitto', 'process'],
  ['{ kind: toy, with: { port: 1 } }', 'mqtt://127.0.0.1:9', 'url'],
])('%s becomes %s where there is nothing to keep', (target, word, kind) => {
  expect(retargeted(scenario(target), word)).toBe(`target="${word}"`);
  expect(read(scenario(target), word)).toMatchObject({ kind, guarantees: {} });
});

it('a scenario that comes as a value is read alike, and one that is none is left alone', () => {
  const value = { target: { url: 'mqtt://a', guarantees: { 'max-qos': 1 } } };
  expect(retargeted(value, 'mqtt://b')).toBe(
    'target={"url":"mqtt://b","guarantees":{"max-qos":1}}',
  );
  for (const odd of [null, 7, [], { target: 3 }, ': {']) {
    expect(retargeted(odd, 'mqtt://b')).toBe('target="mqtt://b"');
  }
});
