/** The published figure, as a known answer, and a child that is busy. */
import { expect, it } from 'vitest';
import { readParams } from '#kernel';
import { BENCH_MODEL, BenchDevice } from '../../../duties/bench-device.ts';
import gateway from '../../gateway.ts';
import sleepy from './sleepy.ts';

it('a parent keeps something for a sleepy child for 7.68 s, if nothing else is said', () => {
  expect(readParams(sleepy.fields, {}).values).toMatchObject({ holds: 7680 });
});

it('does not wake to say something while it is busy, and is given nothing before it wakes', () => {
  const device = new BenchDevice(gateway, BENCH_MODEL, {
    ...{ messages: 100, bytes: 100_000, drop: 'oldest', priorities: {}, flush: 1000 },
    ...{ memory: 'ram', bus: { misses: 3, sleepy: { wakes: 5000, holds: 7680, loss: 0 } } },
  } as never);
  const handed = (): string[] => device.deeds.filter((deed) => deed.startsWith('deliver'));
  device.call('begin');
  device.isPowered = true;
  device.call('booted', 1, 'power-on');
  device.pass(6000);
  const speaks = (): void => {
    device.call('brought', device.freight.brings(1));
    device.freight.has(1, 1, device.now(), 1);
    device.call('offered', 1);
  };
  device.call('struck', 1, 'stuck', { busy: true });
  speaks();
  device.pass(1000);
  expect(handed()).toEqual([]);
  device.pass(5000);
  expect(handed()).toEqual(['deliver 0']);
  device.call('relieved', 1, 'stuck');
  speaks();
  expect(handed()).toEqual(['deliver 0', 'deliver 1']);
});

const asleep = (): BenchDevice => {
  const device = new BenchDevice(gateway, BENCH_MODEL, {
    ...{ messages: 100, bytes: 100_000, drop: 'oldest', priorities: {}, flush: 1000 },
    ...{ memory: 'ram', bus: { misses: 3, sleepy: { wakes: 5000, holds: 7680, loss: 0 } } },
  } as never);
  device.call('begin');
  device.isPowered = true;
  device.call('booted', 1, 'power-on');
  device.pass(6000);
  return device;
};

it('lets go at the end what is for a child that sleeps', () => {
  const device = asleep();
  device.call('brought', device.freight.brings(1));
  device.call('end');
  expect(device.deeds.filter((deed) => deed.startsWith('let go'))).toEqual(['let go 0 run-ended']);
});

it('wakes nobody when it is over', () => {
  const device = asleep();
  device.call('end');
  device.freight.has(1, 1, device.now(), 1);
  const { length } = device.deeds;
  device.pass(20_000);
  expect(device.deeds.slice(length)).toEqual([]);
});
