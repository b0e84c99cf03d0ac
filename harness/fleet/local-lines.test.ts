/** A line between a passenger and its carrier: who hears what, and what ends it. */
import { expect, it } from 'vitest';
import type { Channel } from '#devices';
import { LocalLines } from './local-lines.ts';

function bench() {
  const due: (() => void)[] = [];
  const heard: string[] = [];
  const lines: Channel[] = [];
  const answerer = { isUp: true, isReached: true, answers: true };
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const desk = new LocalLines((action) => due.push(action), {
    get isUp() {
      return answerer.isUp;
    },
    reaches: () => answerer.isReached,
    called: (passenger, channel, line) => {
      if (!answerer.answers) return null;
      lines.push(line);
      heard.push(`${passenger} calls ${channel}`);
      return {
        data: (bytes) => heard.push(`there ${text(bytes)}`),
        closed: (why) => heard.push(`there closed ${why}`),
      };
    },
  });
  const call = (passenger = 7) =>
    desk.call(passenger, 'ota', {
      data: (bytes) => heard.push(`here ${text(bytes)}`),
      closed: (why) => heard.push(`here closed ${why}`),
    });
  /** A quantum after the other, until nothing is due. */
  const settle = (): string[] => {
    while (due.length > 0) for (const action of due.splice(0)) action();
    return heard.splice(0);
  };
  return { desk, call, settle, lines, answerer };
}

it('carries bytes both ways, and what is said at once waits for who answers', () => {
  const { call, settle, lines } = bench();
  const line = call();
  line.write(Buffer.from('ping'));
  expect(settle()).toEqual(['7 calls ota', 'there ping']);
  lines[0]?.write(Buffer.from('pong'));
  expect(settle()).toEqual(['here pong']);
});

it('ends after what was written to it, and only the other end hears that', () => {
  const { call, settle, lines } = bench();
  const line = call();
  settle();
  lines[0]?.write(Buffer.from('last'));
  lines[0]?.end();
  line.write(Buffer.from('too late'));
  expect(settle()).toEqual(['here last', 'here closed closed']);
  line.end();
  expect(settle()).toEqual([]);
});

it('is cut with either of them: both hear that, and nothing that was under way', () => {
  const { desk, call, settle, lines } = bench();
  call();
  const other = call(8);
  settle();
  lines[0]?.write(Buffer.from('lost'));
  desk.hangUp('power.off');
  expect(settle()).toEqual([
    'there closed power.off',
    'here closed power.off',
    'there closed power.off',
    'here closed power.off',
  ]);
  other.cut('again');
  expect(settle()).toEqual([]);
});

it('is cut where a fault takes the passenger off its bus', () => {
  const { desk, call, settle, answerer } = bench();
  call(7);
  call(8);
  settle();
  desk.look(7);
  expect(settle()).toEqual([]);
  answerer.isReached = false;
  desk.look(7);
  expect(settle()).toEqual(['there closed off-bus', 'here closed off-bus']);
});

it.each(['isUp', 'isReached', 'answers'] as const)('is none without %s', (what) => {
  const { call, settle, answerer } = bench();
  answerer[what] = false;
  call().write(Buffer.from('ping'));
  expect(settle()).toEqual(['here closed no-link']);
});
