/** A part whose streams or ops are misspelled is refused when it is loaded, place by place. */
import { expect, it } from 'vitest';
import { opsFlaws, streamsFlaws } from './declarations.ts';

const ROUNDS = { name: 'ask', way: 'down', schedule: { by: 'rounds' } };

it.each([
  ['nothing', undefined, []],
  ['a list', [], [/must be a map of ops/]],
  ['a name of ours', { sent: {} }, [/ops\.sent must be named <word>\/<what>/]],
  ['no such form', { 'a/b': { n: 'integer' } }, [/ops\.a\/b\.n must be device, .*'integer'/]],
  ['a field that is there', { 'a/b': { t: 'count' } }, [/ops\.a\/b\.t has the name/]],
  ['good ones', { 'a/b': { device: 'device', n: 'count', said: 'text' } }, []],
])('ops: %s', (_, ops, wrong) => {
  expect(opsFlaws(ops, 'ops')).toEqual(wrong.map((words) => expect.stringMatching(words)));
});

it.each([
  ['nothing', undefined, []],
  ['no list', {}, [/must be a list/]],
  ['a way that is none', [{ ...ROUNDS, way: 'dwon' }], [/streams\[0\]\.way must be up or down/]],
  [
    'a schedule that is none',
    [{ ...ROUNDS, schedule: { by: 'replay' } }],
    [/schedule\.by must be/],
  ],
  ['no schedule', [{ ...ROUNDS, schedule: undefined }], [/schedule/]],
  ['no name', [{ ...ROUNDS, name: 'Ask me' }], [/streams\[0\]\.name/]],
  ['a reason that is no list', [{ ...ROUNDS, skips: 'tired' }], [/skips must be a list of texts/]],
  [
    'events in no time',
    [{ ...ROUNDS, schedule: { by: 'event', leastMs: 0 } }],
    [/schedule\.leastMs must be a number above 0/],
  ],
  ['an origin that is none', [{ ...ROUNDS, from: 'device' }], [/from must be target/]],
  ['the target as a device', [{ ...ROUNDS, way: 'up', from: 'target' }], [/from is of streams/]],
  ['the target by our clock', [{ ...ROUNDS, from: 'target' }], [/must be reply or event where/]],
  [
    'what the target answers',
    [{ ...ROUNDS, from: 'target', schedule: { by: 'reply', to: 'b-c' } }],
    [],
  ],
  ['good ones', [ROUNDS, { ...ROUNDS, name: 'b-c', skips: ['tired'] }], []],
])('streams: %s', (_, streams, wrong) => {
  expect(streamsFlaws(streams, 'streams')).toEqual(
    wrong.map((words) => expect.stringMatching(words)),
  );
});
