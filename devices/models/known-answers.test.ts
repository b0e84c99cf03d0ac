/**
 * The two models against the textbook: with weather, people and doors taken away, every number can
 * be worked out.
 */
import { describe, expect, test } from 'vitest';
import type { DeviceModel, Physics } from '../device.ts';
import { meanKineticTemperature } from '../signals/kinetic-temperature.ts';
import fridge from './cold-chain-fridge.ts';
import thermostat from './room-thermostat.ts';

function still(model: DeviceModel, overrides: Record<string, number>, key = 5): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(model.params)) params[name] = param.value;
  return model.start({ params: { ...params, ...overrides }, key });
}

const calmRoom = { outdoorSwing: 0, occupantGain: 0, solarGain: 0 };
const calmFridge = { ambientSwing: 0, doorOpenings: 0 };

/** Lengths of the first whole stay on and the first whole stay off, to a hundredth of a second. */
function staysOf(physics: Physics, state: string, untilS: number): [on: number, off: number] {
  const switches: { atS: number; to: number }[] = [];
  let before = physics.truth(0)[state];
  for (let t = 0; t < untilS * 1000; t += 10) {
    const now = physics.truth(t)[state];
    if (now !== before) switches.push({ atS: t / 1000, to: now ?? 0 });
    before = now;
  }
  const stay = (to: number): number => {
    const from = switches.findIndex((one) => one.to === to);
    return (switches[from + 1]?.atS ?? 0) - (switches[from]?.atS ?? 0);
  };
  return [stay(1), stay(0)];
}

describe('room thermostat (M1)', () => {
  test('on 2513.1 s, off 625.2 s, duty 0.8008', () => {
    const [onS, offS] = staysOf(still(thermostat, calmRoom), 'heating', 9000);
    expect(Math.abs(onS - 2513.1)).toBeLessThan(0.1);
    expect(Math.abs(offS - 625.2)).toBeLessThan(0.1);
    expect(onS / (onS + offS)).toBeCloseTo(0.8008, 3);
  });

  test('a set point out of reach: it settles at 25 °C, 63.2 % of the way after 10,000 s', () => {
    const room = still(thermostat, calmRoom);
    expect(room.command('setpoint', 30, 1_000_000)).toBe(true);
    const start = room.truth(1_000_000).temperature ?? 0;
    const after = room.truth(11_000_000).temperature ?? 0;
    expect((after - start) / (25 - start)).toBeCloseTo(0.632121, 6);
    expect(room.truth(400_000_000).temperature).toBeCloseTo(25, 6);
  });

  test('energy closes: heat in = heat lost + heat stored', () => {
    const room = still(thermostat, { ...calmRoom, outdoorSwing: 5 });
    const [resistance, capacity] = [0.005, 2_000_000];
    let heatIn = 0;
    let heatLost = 0;
    const start = room.truth(0).temperature ?? 0;
    for (let t = 0; t < 86_400_000; t += 1000) {
      const { temperature = 0, power = 0, outdoor = 0 } = room.truth(t + 500);
      heatIn += power;
      heatLost += (temperature - outdoor) / resistance;
    }
    const stored = capacity * ((room.truth(86_400_000).temperature ?? 0) - start);
    expect(heatIn / (heatLost + stored)).toBeCloseTo(1, 3);
  });

  test('a fit of one sample on the last gives the time constant back within 3 %', () => {
    const room = still(thermostat, { ...calmRoom, band: 4 });
    const stepS = 20;
    const rows: { last: number; next: number; on: number }[] = [];
    for (let t = 0; t < 86_400_000; t += stepS * 1000) {
      const [now, then] = [room.truth(t), room.truth(t + stepS * 1000)];
      if (now.heating !== then.heating) continue;
      const [last = 0, next = 0, on = 0] = [now.temperature, then.temperature, now.heating];
      rows.push({ last, next, on });
    }
    // Within each position of the relay the line next = a·last + b has the same slope
    // exp(-step/tau).
    for (const on of [0, 1]) {
      const side = rows.filter((row) => row.on === on);
      const meanLast = side.reduce((sum, row) => sum + row.last, 0) / side.length;
      const meanNext = side.reduce((sum, row) => sum + row.next, 0) / side.length;
      const slope =
        side.reduce((sum, row) => sum + (row.last - meanLast) * (row.next - meanNext), 0) /
        side.reduce((sum, row) => sum + (row.last - meanLast) * (row.last - meanLast), 0);
      expect(Math.abs(-stepS / Math.log(slope) / 10_000 - 1)).toBeLessThan(0.03);
    }
  });

  test('people and sun warm the room, a cold day makes it heat more', () => {
    const share = (overrides: Record<string, number>): number => {
      const room = still(thermostat, overrides);
      let on = 0;
      for (let t = 0; t < 86_400_000; t += 60_000) on += room.truth(t).heating ?? 0;
      return on / 1440;
    };
    expect(share({ ...calmRoom, solarGain: 1500 })).toBeLessThan(share(calmRoom) - 0.05);
    expect(share({ ...calmRoom, occupantGain: 1500 })).toBeLessThan(share(calmRoom) - 0.05);
    expect(share({ ...calmRoom, outdoorMean: 2 })).toBeGreaterThan(share(calmRoom) + 0.1);
  });
});

describe('cold-chain fridge (M2)', () => {
  test('on 740.8 s, off 1906.2 s, 32.6 starts a day, duty 0.2799', () => {
    const [onS, offS] = staysOf(still(fridge, calmFridge), 'compressor', 8000);
    expect(Math.abs(onS - 740.8)).toBeLessThan(0.1);
    expect(Math.abs(offS - 1906.2)).toBeLessThan(0.1);
    expect(86_400 / (onS + offS)).toBeCloseTo(32.6, 1);
    expect(onS / (onS + offS)).toBeCloseTo(0.2799, 3);
  });

  test('a running compressor takes the heat over the coefficient of performance', () => {
    const running = still(fridge, calmFridge);
    const watts = new Set<number>();
    for (let t = 0; t < 7_200_000; t += 60_000) watts.add(running.truth(t).power ?? -1);
    expect([...watts].sort((a, b) => a - b)).toEqual([0, 75]);
  });

  test('the product follows the air half an hour behind and swings less', () => {
    const swing = (state: string): number => {
      const quiet = still(fridge, calmFridge);
      const values: number[] = [];
      for (let t = 36_000_000; t < 50_400_000; t += 10_000) values.push(quiet.truth(t)[state] ?? 0);
      return Math.max(...values) - Math.min(...values);
    };
    expect(swing('temperature')).toBeCloseTo(2, 2);
    expect(swing('product')).toBeLessThan(1);
    expect(swing('product')).toBeGreaterThan(0.2);
  });

  test('an open door lets heat in: it is warmer with the door than without', () => {
    const busy = still(fridge, { ambientSwing: 0, doorOpenings: 6, doorOpenTime: 120 });
    const calm = still(fridge, calmFridge);
    let openings = 0;
    let on = 0;
    let onCalm = 0;
    for (let t = 0; t < 86_400_000; t += 10_000) {
      openings += busy.truth(t).door ?? 0;
      on += busy.truth(t).compressor ?? 0;
      onCalm += calm.truth(t).compressor ?? 0;
    }
    expect(openings).toBeGreaterThan(50);
    expect(on / onCalm).toBeGreaterThan(1.2);
  });

  test('a power cut warms it along one exponential, and power brings it back into 2 to 8 °C', () => {
    const dark = still(fridge, calmFridge);
    const cutAt = 3_600_000;
    dark.power(false, cutAt);
    const before = dark.truth(cutAt).temperature ?? 0;
    const after = dark.truth(cutAt + 20_000_000).temperature ?? 0;
    expect((after - before) / (25 - before)).toBeCloseTo(0.632121, 6);
    expect(dark.truth(cutAt + 20_000_000)).toMatchObject({ compressor: 0, power: 0 });
    dark.power(true, cutAt + 20_000_000);
    expect(dark.truth(cutAt + 20_000_000).compressor).toBe(1);
    const cold = dark.truth(cutAt + 60_000_000).temperature ?? 0;
    expect(cold).toBeGreaterThan(2.9);
    expect(cold).toBeLessThan(5.1);
  });

  test('its mean kinetic temperature lies at or above the mean, within the band', () => {
    const quiet = still(fridge, calmFridge);
    const course = Array.from({ length: 1440 }, (_, i) => quiet.truth(i * 60_000).temperature ?? 0);
    const mean = course.reduce((sum, value) => sum + value, 0) / course.length;
    expect(meanKineticTemperature(course)).toBeGreaterThan(mean);
    expect(meanKineticTemperature(course)).toBeLessThan(5);
  });
});
