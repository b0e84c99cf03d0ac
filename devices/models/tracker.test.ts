/** The tracker against the textbook: with the spread taken away, every number can be worked out. */
import { describe, expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import { Drive, rolledOut } from '../signals/driving.ts';
import { beside, distance } from '../signals/earth.ts';
import { GaussMarkov } from '../signals/gauss-markov.ts';
import tracker from './tracker.ts';

const HOUR = 3_600_000;
const TRUCK = { mass: 12_000, dragArea: 6, airDensity: 1.2, rolling: 0.007 };

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(tracker.params)) params[name] = param.value;
  return tracker.start({ params: { ...params, ...overrides }, key: 5, malfunctions });
}

const ill = (kind: string, severity = 1): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: HOUR, to: Number.POSITIVE_INFINITY },
  ...{ severity, grows: 'step', overMs: 0 },
});

interface Seen extends Record<string, number> {
  latitude: number;
  longitude: number;
  speed: number;
  odometer: number;
  fuel: number;
  satellites: number;
}

/** Every half minute from an hour on. */
const course = (physics: Physics, hours: number): Seen[] =>
  Array.from({ length: hours * 120 }, (_, k) => physics.sample(HOUR + 1 + k * 30_000, k) as Seen);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

describe('a lorry', () => {
  it('rolls out as the textbook says, whatever the steps', () => {
    let [speed, way] = [25, 0];
    const step = 1e-3;
    for (let t = 0; t < 60; t += step) {
      const slows = TRUCK.rolling * 9.81 + (0.5 * 1.2 * 6 * speed * speed) / TRUCK.mass;
      way += speed * step - 0.5 * slows * step * step;
      speed -= slows * step;
    }
    const rolled = rolledOut(TRUCK, 25, 60);
    expect(rolled.speed).toBeCloseTo(speed, 2);
    expect(rolled.way).toBeCloseTo(way, 0);
    const first = rolledOut(TRUCK, 25, 20);
    const second = rolledOut(TRUCK, first.speed, 40);
    expect(second.speed).toBeCloseTo(rolled.speed, 9);
    expect(first.way + second.way).toBeCloseTo(rolled.way, 6);
    expect(rolledOut(TRUCK, 25, 1e6).speed).toBe(0);
  });

  it('comes to rest where its leg ends, by the work that air, tyres and brakes took', () => {
    const wish = { length: 6000, cruise: 16, speedsUp: 0.6, brakes: 1.1, rollsTo: 0.85 };
    const drive = new Drive(TRUCK, wish);
    const end = drive.after(drive.seconds);
    expect(end.way).toBeCloseTo(6000, 6);
    expect(end.speed).toBeCloseTo(0, 9);
    expect(drive.after(drive.seconds + 500).way).toBeCloseTo(end.way, 6);
    // What its wheels were given has gone into the air, the tyres and, at last, the brakes.
    let [against, brakes] = [0, 0];
    const step = 0.01;
    for (let t = 0; t < drive.seconds; t += step) {
      const [a, b] = [drive.after(t), drive.after(t + step)];
      const force = TRUCK.mass * TRUCK.rolling * 9.81 + 0.5 * 1.2 * 6 * a.speed * a.speed;
      against += force * (b.way - a.way);
      const isBraking = b.work === a.work && b.speed < a.speed - 0.009;
      const gone = 0.5 * TRUCK.mass * (a.speed * a.speed - b.speed * b.speed);
      if (isBraking) brakes += gone - force * (b.way - a.way);
    }
    expect((against + brakes) / end.work).toBeCloseTo(1, 3);
  });

  it('keeps to a way that is too short for its speed', () => {
    const wish = { length: 150, cruise: 16, speedsUp: 0.6, brakes: 1.1, rollsTo: 0.85 };
    const drive = new Drive(TRUCK, wish);
    expect(drive.top).toBeLessThan(16);
    expect(drive.after(drive.seconds).way).toBeCloseTo(150, 6);
  });
});

describe('a place', () => {
  it('is 111.195 km from the one a degree to the north', () => {
    const [a, b] = [50, 51].map((latitude) => ({ latitude, longitude: 8 }));
    expect(distance(a as never, b as never) / 1000).toBeCloseTo(111.195, 3);
    const start = { latitude: 50, longitude: 8 };
    expect(distance(start, beside(start, 300, 400))).toBeCloseTo(500, 1);
  });

  it('is off by 1.2533 deviations in the mean, and forgets by 1/e in its time', () => {
    const [east, north] = [
      new GaussMarkov(3, 120_000, 10_000),
      new GaussMarkov(4, 120_000, 10_000),
    ];
    const count = 40_000;
    const [xs, far]: [number[], number[]] = [[], []];
    for (let k = 0; k < count; k++) {
      const [x, y] = [east.at(k * 10_000), north.at(k * 10_000)];
      xs.push(x);
      far.push(Math.sqrt(x * x + y * y));
    }
    // Values of one time constant are as good as a fifth of a draw or so.
    expect(mean(far)).toBeCloseTo(1.2533, 1);
    expect(mean(xs.map((x) => x * x))).toBeCloseTo(1, 1);
    const later = xs.slice(12).map((x, k) => x * (xs[k] ?? 0));
    expect(mean(later)).toBeCloseTo(Math.exp(-1), 1);
  });
});

describe('a tracker', () => {
  it('stands at night, and is where its odometer says in between', () => {
    const physics = still();
    const truths = Array.from({ length: 24 * 60 }, (_, k) => physics.truth(k * 60_000));
    const moving = truths.filter(({ speed = 0 }) => speed > 0).length;
    expect(moving).toBeGreaterThan(200);
    // From eight on: 12 h later it is 20 h.
    expect(truths.slice(13 * 60, 21 * 60).every(({ speed }) => speed === 0)).toBe(true);
    for (let k = 1; k < truths.length; k++) {
      const [a, b] = [truths[k - 1], truths[k]] as [Record<string, number>, Record<string, number>];
      const [x, y] = [(b.east ?? 0) - (a.east ?? 0), (b.north ?? 0) - (a.north ?? 0)];
      const crow = Math.sqrt(x * x + y * y) / 1000;
      expect((b.odometer ?? 0) - (a.odometer ?? 0)).toBeGreaterThan(crow - 1e-9);
    }
  });

  it('does what it is told', () => {
    const physics = still();
    expect(physics.command('limit', 30, 1000)).toBe(true);
    expect(physics.command('limit', 5, 1000)).toBe(false);
    const later = Array.from({ length: 200 }, (_, k) => physics.truth(2 * HOUR + k * 10_000));
    expect(Math.max(...later.map(({ speed = 0 }) => speed))).toBeCloseTo(30, 6);
  });

  it('says the same place again and again when it is frozen', () => {
    const seen = course(still({}, [ill('fix-frozen')]), 3);
    expect(new Set(seen.map(({ latitude, longitude }) => `${latitude} ${longitude}`)).size).toBe(1);
    expect(new Set(seen.map(({ odometer }) => odometer)).size).toBeGreaterThan(20);
  });

  it.each([
    ['multipath', 12],
    ['antenna-loose', 5],
  ] as const)('wanders %s as far as it should', (kind, times) => {
    const off = (malfunctions: Malfunctioning[]): number => {
      const physics = still({}, malfunctions);
      return mean(
        Array.from({ length: 2000 }, (_, k) => {
          const t = HOUR + k * 60_000;
          const { latitude = 0 } = physics.sample(t, k);
          const { north = 0, speed = 0 } = physics.truth(t);
          return speed > 0 ? 0 : Math.abs((latitude - 50.11) * 111_195 - north);
        }),
      );
    };
    expect(off([ill(kind)]) / off([])).toBeCloseTo(times, 0);
  });

  it('burns more on a soft tyre, and less of what is there when somebody takes it', () => {
    const used = (malfunctions: Malfunctioning[]): number => {
      const physics = still({ tank: 1500 }, malfunctions);
      return (physics.truth(HOUR).fuel ?? 0) - (physics.truth(7 * HOUR).fuel ?? 0);
    };
    expect(used([ill('low-tyre')])).toBeGreaterThan(1.3 * used([]));
    expect(used([ill('fuel-theft')]) - used([])).toBeGreaterThan(300);
    expect(used([ill('low-tyre', 0)])).toBe(used([]));
  });
});
