/** `twinstorm ledger` prints every field of an op that a plug-in declares, whatever it is called. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

/** Fields that are called like those which a line of ours says in another form. */
const PART = `export default {
  family: 'part', kind: 'tells', summary: 'writes its truth', fits: () => true,
  streams: [{ name: 'rumour', way: 'up', schedule: { by: 'event' } }],
  ops: {
    'tells/all': {
      device: 'device', flags: 'text', late: 'boolean', lane: 'text', n: 'count', hash: 'hash',
      stream: 'stream', said: 'text',
    },
    'tells/words': { device: 'device', stream: 'text' },
  },
  start: (device) => ({
    booted: () => {
      const stream = device.code('rumour');
      const words = { flags: 'red', late: true, lane: 'fast', n: 3, hash: 255, stream, said: '' };
      device.write('tells/all', words);
      device.write('tells/words', { stream: 'of consciousness' });
    },
  }),
};
`;

it('as it was written, and no field that it does not have', async () => {
  box.write('tells.ts', PART);
  box.write('own.yaml', scene({ more: ['plugins: [./tells.ts]'] }));
  await box.judged(0, 'run', 'own.yaml');
  const [all] = await box.ledger('run', '--op', 'tells/all');
  expect(all).toEqual({
    t: expect.any(Number),
    device: expect.stringMatching(/^rooms\//),
    op: 'tells/all',
    flags: 'red',
    late: true,
    lane: 'fast',
    n: 3,
    hash: 255,
    stream: 'rumour',
    said: '',
  });
  const [words] = await box.ledger('run', '--op', 'tells/words');
  expect(words).toMatchObject({ stream: 'of consciousness', lane: expect.any(Number) });
  expect(words).not.toHaveProperty('qos');
  // What is said of our own entries stays as it is.
  const [sent] = await box.ledger('run', '--op', 'sent');
  expect(sent).toMatchObject({ stream: 'telemetry', qos: 1, hash: expect.any(String) });
  expect(sent).not.toHaveProperty('flags');
  expect(sent).not.toHaveProperty('late');
});
