/** A part whose streams or ops are misspelled is refused when it is loaded, place by place. */
import { expect, it } from 'vitest';
import { opsFlaws, partOpsFlaws, streamsFlaws } from './declarations.ts';

const LAID = { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] };
const ROUNDS = { name: 'ask', way: 'down', schedule: LAID };
const laid = (over: object): object[] => [{ ...ROUNDS, schedule: { ...LAID, ...over } }];
const ONE = [{ device: 0, offsetMs: 0 }];

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
  ['of the device', { 'a/b': { device: 'device', n: 'count' } }, []],
  ['of no device', { 'a/b': { n: 'count' } }, [/^ops\.a\/b\.device must be there, as a device/]],
  ['of a number', { 'a/b': { device: 'count' } }, [/^ops\.a\/b\.device must be there, as a dev/]],
  ['of no form', { 'a/b': 'count' }, [/must be a map of fields/]],
  ['none', undefined, []],
])('ops of a part: %s', (_, ops, wrong) => {
  expect(partOpsFlaws(ops, 'ops')).toEqual(wrong.map((words) => expect.stringMatching(words)));
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
  ['answers of ours', [{ ...ROUNDS, answers: 'b-c' }], [/answers is of streams that the target/]],
  ['the target by our clock', [{ ...ROUNDS, from: 'target' }], [/must be reply or event where/]],
  [
    'what the target answers',
    [{ ...ROUNDS, from: 'target', schedule: { by: 'reply', to: 'b-c' } }],
    [],
  ],
  ['rounds before there was a time', laid({ firstAt: -1 }), [/schedule\.firstAt must be a number/]],
  ['rounds without a period', laid({ everyMs: Number.NaN }), [/schedule\.everyMs must be a num/]],
  ['rounds all at once', laid({ devices: ONE }), [/schedule\.everyMs must be above 0 where/]],
  ['rounds of nobody', laid({ devices: undefined }), [/schedule\.devices is missing/]],
  ['rounds of a device', laid({ devices: 3 }), [/schedule\.devices must be a list/]],
  [
    'rounds of no number',
    laid({ everyMs: 1, devices: [...ONE, { device: 'd', offsetMs: 0 }] }),
    [/schedule\.devices\[1\] must be/],
  ],
  [
    'rounds that begin too early',
    laid({ everyMs: 1, devices: [{ device: 0, offsetMs: -1 }] }),
    [/schedule\.devices\[0\] must be/],
  ],
  [
    'an answer to a number',
    [{ ...ROUNDS, schedule: { by: 'reply', to: 3 } }],
    [/schedule\.to must be the name of a stream/],
  ],
  ['a QoS that is none', [{ ...ROUNDS, qos: 3 }], [/qos must be 0, 1 or 2/]],
  ...['kept', 'retained', 'counted', 'measured'].map((flag): [string, object[], RegExp[]] => [
    `${flag} in words`,
    [{ ...ROUNDS, [flag]: 'no' }],
    [new RegExp(`${flag} must be true or false, not 'no'`)],
  ]),
  ['a noun that is none', [{ ...ROUNDS, noun: 3 }], [/noun must be a text/]],
  [
    'rounds twice over',
    laid({ everyMs: 1, devices: [...ONE, ...ONE] }),
    [/\[1\] has the device 0/],
  ],
  ['rounds', laid({ everyMs: 1, devices: ONE }), []],
  ['good ones', [ROUNDS, { ...ROUNDS, name: 'b-c', skips: ['tired'] }], []],
])('streams: %s', (_, streams, wrong) => {
  expect(streamsFlaws(streams, 'streams')).toEqual(
    wrong.map((words) => expect.stringMatching(words)),
  );
});
