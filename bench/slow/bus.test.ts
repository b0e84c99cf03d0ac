/**
 * Faults on what only gateways have, their bus and their clock, over sockets and two shards: they
 * happen, judged alike.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());
box.library('lost-children');
box.library('gateway-clock');

describe('faults on a bus, on sockets', () => {
  const real = ['lost-children.yaml', '--gear', 'real', '--shards', '2'];

  it('happen, each of them, and the gateways say who is lost', async () => {
    const { faults, checkers } = await box.judged(0, 'bus-real', ...real);
    expect(faults.map(({ fault, effective }) => [fault, effective])).toEqual([
      ['child-lost', true],
      ['child-lost', true],
      ['bus-loss', true],
      ['child-stuck', true],
      ['child-stuck', true],
    ]);
    expect(checkers.find(({ id }) => id === 'gateway-children')).toMatchObject({ verdict: 'pass' });
  });

  it('and a gateway that hides who is lost is caught', async () => {
    const planted = [...real, '--mutant', 'gateway-hides-lost-child'];
    const { checkers } = await box.judged(1, 'bus-hides', ...planted);
    expect(checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual([
      'gateway-children',
    ]);
  });
});

it('a clock is lost on sockets, and put right', async () => {
  const real = ['gateway-clock.yaml', '--gear', 'real', '--shards', '2'];
  const { faults, checkers } = await box.judged(0, 'clock-real', ...real);
  const lost = faults.filter(({ fault }) => fault === 'clock-loss');
  expect(lost.map(({ effective }) => effective)).toContain(true);
  expect(checkers.find(({ id }) => id === 'clock-kept')).toMatchObject({ verdict: 'pass' });
});
