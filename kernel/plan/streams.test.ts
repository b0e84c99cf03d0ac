/** A stream has what its spec says, and what goes without saying; a name that is none is told. */
import { expect, it } from 'vitest';
import { layStreams, namedStream, type StreamSpec } from './streams.ts';

const UP: StreamSpec = { name: 'opened', way: 'up', schedule: { by: 'event' } };
const DOWN: StreamSpec = { name: 'lock', way: 'down', schedule: { by: 'event' } };

const laid = (spec: StreamSpec, hasStore = true) => layStreams([spec], hasStore)[0];

it('comes from who sends what goes that way', () => {
  expect(laid(UP)?.from).toBe('device');
  expect(laid(DOWN)?.from).toBe('operator');
  expect(laid({ ...DOWN, from: 'target' })?.from).toBe('target');
});

it('arrives with the device, in the store, or before an observer where nobody keeps it', () => {
  expect(laid(DOWN)?.arrives).toBe('device');
  expect(laid(UP)?.arrives).toBe('observer');
  expect(laid({ ...UP, kept: true })?.arrives).toBe('store');
  expect(laid({ ...UP, kept: true }, false)?.arrives).toBe('observer');
});

it('has the QoS of its device when it goes up and none is said, and 1 when it goes down', () => {
  expect([laid(UP)?.qos, laid(DOWN)?.qos]).toEqual([null, 1]);
  expect([laid({ ...UP, qos: 0 })?.qos, laid({ ...DOWN, qos: 0 })?.qos]).toEqual([0, 0]);
});

it('replies to the code of the stream that it names', () => {
  const answer: StreamSpec = { name: 'a', way: 'up', schedule: { by: 'reply', to: 'opened' } };
  const streams = layStreams([UP, answer], true);
  const schedules = new Map(streams.map(({ name, schedule }) => [name, schedule]));
  expect(schedules.get('opened')).toEqual({ by: 'event' });
  expect(schedules.get('a')).toEqual({ by: 'reply', to: namedStream({ streams }, 'opened').code });
  expect(() => layStreams([answer], true)).toThrow('the stream a replies to one');
});

it('is told with the nearest when it is misspelled', () => {
  const streams = layStreams([UP, DOWN], true);
  expect(namedStream({ streams }, 'lock').name).toBe('lock');
  expect(() => namedStream({ streams }, 'opend')).toThrow("the plan has no stream 'opend'");
  expect(() => namedStream({ streams }, 'opend')).toThrow(
    expect.objectContaining({ remedy: "did you mean 'opened'?" }),
  );
});
