/**
 * What may stand in a condition means the same to the platform and to the oracle, which read it by
 * two implementations of CEL: random conditions from all of it, over readings that lack something,
 * divide by nothing, or are larger than numbers go, and over what is no number. And what is refused
 * is refused by one of them at least, or would be told otherwise by one than by the other.
 *
 *   npx vitest run tests/conditions-agree.test.ts                        # 3,000 of them
 *   CONDITIONS=100000 npx vitest run tests/conditions-agree.test.ts      # the bench
 */
import { expect, it } from 'vitest';
import { type Random, randomStream } from '#kernel';
import { conditionAmiss } from '../harness/workflows/rules/conditions.ts';
import { conditionOf } from '../twins/oracles/rules/conditions.ts';
import { readCondition } from '../twins/platform/services/rules/condition.ts';
import { oneOf } from './rules/draw.ts';

const COUNT = Number(process.env.CONDITIONS ?? 3000);
const SPOKEN = { names: ['a', 'b', 'c'], flags: ['w', 'z'] };
const NUMBERS = ['0.0', '1.0', '4.5', '007.25', '1e308', '5e-324', '1.5E-3', '2e+1', '123456789.0'];
const INTS = ['0', '4', '-5', '9007199254740991', '007'];
const EXTREMES = [0, -0, 1, 4.5, -4.5, 1e308, -1e308, 5e-324, 0.1, 9007199254740992, 1 / 3];

/** Some space, or none, or a new line. */
const gap = (random: Random): string => oneOf(random, [' ', ' ', '', '\n', '\t ']);

function numberText(random: Random, depth: number): string {
  const inner = (): string => numberText(random, depth - 1);
  const form = random.below(depth <= 0 ? 2 : 6);
  if (form === 0) return oneOf(random, NUMBERS);
  if (form === 1) return oneOf(random, SPOKEN.names);
  if (form === 2) return `-${gap(random)}(${inner()})`;
  if (form === 3) return `(${boolText(random, depth - 1)} ? ${inner()} : ${inner()})`;
  const op = oneOf(random, ['+', '-', '*', '/']);
  const both = `${inner()}${gap(random)}${op}${gap(random)}${inner()}`;
  return form === 4 ? `(${both})` : both;
}

function boolText(random: Random, depth: number): string {
  const inner = (): string => boolText(random, depth - 1);
  const number = (): string => numberText(random, depth - 1);
  const form = random.below(depth <= 0 ? 3 : 9);
  if (form === 0) return oneOf(random, SPOKEN.flags);
  if (form === 1) {
    const [op, int] = [oneOf(random, ['<', '<=', '>', '>=']), oneOf(random, INTS)];
    return random.below(2) === 0 ? `${number()} ${op} ${int}` : `${int} ${op} ${number()}`;
  }
  if (form === 2) {
    const items = Array.from({ length: 1 + random.below(3) }, () => oneOf(random, NUMBERS));
    return `${number()} in [${items.join(', ')}, -4.5]`;
  }
  if (form === 3) return `!${gap(random)}(${inner()})`;
  if (form === 4) return `(${inner()}) ${oneOf(random, ['==', '!='])} (${inner()})`;
  if (form === 5) return `(${inner()} ? ${inner()} : ${inner()})`;
  if (form === 6)
    return `${inner()}${gap(random)}${oneOf(random, ['&&', '||'])}${gap(random)}${inner()}`;
  const op = oneOf(random, ['<', '<=', '>', '>=', '==', '!=']);
  return `${number()}${gap(random)}${op}${gap(random)}${number()}`;
}

/** Seldom all of it; what was reckoned may be no number. */
const valuesOf = (random: Random): Record<string, number | boolean> => ({
  ...Object.fromEntries(
    SPOKEN.names
      .filter(() => random.below(8) > 0)
      .map((name) => [name, oneOf(random, [...EXTREMES, Number.NaN, Infinity, -Infinity])]),
  ),
  ...Object.fromEntries(
    SPOKEN.flags.filter(() => random.below(8) > 0).map((name) => [name, random.below(2) === 0]),
  ),
});

it(`agree on ${COUNT} conditions`, { timeout: 3_600_000 }, () => {
  const seen = { taken: 0, so: 0, notSo: 0 };
  for (let seed = 1; seed <= COUNT; seed++) {
    const random = randomStream(seed, 'conditions');
    const text = boolText(random, 1 + random.below(4));
    if (conditionAmiss('when', text, SPOKEN).length > 0) continue;
    seen.taken += 1;
    const platform = readCondition(text);
    expect(platform, text).not.toBeNull();
    const oracle = conditionOf(text);
    // An alarm without a `clear` is over by this.
    const [notByPlatform, notByOracle] = [readCondition(`!(${text})`), conditionOf(`!(${text})`)];
    for (let reading = 0; reading < 8; reading++) {
      const values = valuesOf(random);
      const says = platform?.(values);
      const about = `${seed}: ${text} of ${JSON.stringify(values)}`;
      expect(oracle(values), about).toBe(says);
      expect(notByOracle(values), `not ${about}`).toBe(notByPlatform?.(values));
      seen[says === true ? 'so' : 'notSo'] += 1;
    }
  }
  // Else nothing was looked at.
  expect(seen.taken).toBeGreaterThan(COUNT / 2);
  expect(Math.min(seen.so, seen.notSo)).toBeGreaterThan(COUNT);
});

/** What they differ on, or what one of them does not take. */
it.each(['int(a * 1e300) > 1', 'cel.bind(x, a, x > 1.0)', 'w == a > 1.0', '-  - a < 9.0'])(
  '%s is refused since they differ',
  (text) => {
    expect(conditionAmiss('when', text, SPOKEN)).toHaveLength(1);
    const [values, platform] = [{ a: 4.5, w: true }, readCondition(text)];
    expect(platform?.(values) ?? 'refused').not.toBe(conditionOf(text)(values));
  },
);
