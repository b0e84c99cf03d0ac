/**
 * Modbus devices behind a gateway: the same line, modelled in virtual time and real over sockets,
 * brings the same readings with the same values; and a map that cannot be is told with its place.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const TIME = '{ warmup: 3s, steady: 3s, chaos: 2s, settle: 2s, drain: 2s }';

const MAPS =
  '{ kids: [{ signal: temperature, address: 0, scale: 0.5 }, { signal: power, address: 1, type: float32 }] }';

const line = (maps: string): string =>
  scene({
    name: 'line',
    time: TIME,
    fleet:
      '{ id: gates, model: gateway, count: 1, every: 1s, parts: ' +
      `[{ gateway: { bus: { poll: 250ms, modbus: { words: low-first, maps: ${maps} } } } }] }\n` +
      '  - { id: kids, model: room-thermostat, count: 3, per: gateway, via: gates, every: 1s }',
    expect: ['gateway-kept', 'gateway-children'],
  });

/** Hash of each reading of the children as it was sent, by device and number. */
async function sent(gear: 'sim' | 'real'): Promise<Map<string, unknown>> {
  box.write('line.yaml', line(MAPS));
  const out = `line-${gear}`;
  await box.judged(0, out, 'line.yaml', '--gear', gear);
  const lines = await box.ledger(out);
  return new Map(
    lines
      .filter(({ op, stream, device }) => {
        return op === 'sent' && stream === 'telemetry' && device?.startsWith('kids');
      })
      .map(({ device, n, hash }) => [`${device} ${n}`, hash]),
  );
}

describe('a line of Modbus devices', () => {
  it('brings the same readings in both gears, byte for byte', async () => {
    const [sim, real] = [await sent('sim'), await sent('real')];
    expect(sim.size).toBeGreaterThan(20);
    expect([...real].sort()).toEqual([...sim].sort());
  });

  it('and a second one that hears the same devices reads them while both do', async () => {
    const gate = (id: string): string =>
      `{ id: ${id}, model: gateway, count: 1, per: site, every: 1s, keep-alive: 4s, ` +
      `parts: [{ gateway: { bus: { poll: 250ms, modbus: { maps: ${MAPS} } } } }] }`;
    const kids =
      '{ id: kids, model: room-thermostat, count: 3, per: gateway, via: gates, ' +
      'fall-back: { via: spares, after: 1s, hold: 3s }, every: 500ms }';
    const text = scene({
      name: 'two-lines',
      time: '{ warmup: 3s, steady: 2s, chaos: 11s, settle: 6s, drain: 3s }',
      fleet: [gate('gates'), gate('spares'), kids].join('\n  - '),
      chaos: ['{ at: chaos+1s, for: 9s, fault: power-cut, where: { entry: gates } }'],
      expect: ['gateway-reads-true', 'no-acked-loss'],
    });
    box.write('two-lines.yaml', text);
    const { checkers } = await box.judged(0, 'two-lines', 'two-lines.yaml', '--gear', 'sim');
    expect(checkers.find(({ id }) => id === 'gateway-reads-true')).toMatchObject({
      verdict: 'pass',
    });
    const twice = (await box.ledger('two-lines')).filter(
      ({ op, device, n }, at, all) =>
        op === 'gateway/decoded' &&
        all.slice(0, at).some((one) => one.op === op && one.n === n && one.device !== device),
    );
    expect(twice.length).toBeGreaterThan(3);
  });

  it.each<[string, string, RegExp]>([
    [
      'a signal that the model does not have',
      MAPS.replace('signal: power', 'signal: powder'),
      /no signal 'powder'[\s\S]*did you mean 'power'/,
    ],
    [
      'two values in one place',
      MAPS.replace('address: 0,', 'address: 2,'),
      /power lies on temperature/,
    ],
    ['a signal that lies twice', MAPS.replace('power', 'temperature'), /lies in two places/],
    ['a scale of nothing', MAPS.replace('0.5', '0'), /a scale of 0 loses every value/],
    ['an address too far', MAPS.replace('address: 1', 'address: 65535'), /beyond the last/],
    ['an address below 0', MAPS.replace('address: 1', 'address: -1'), /address/],
    ['a stretch that is too long', MAPS.replace('address: 1', 'address: 400'), /402 registers/],
    ['a type that there is not', MAPS.replace('float32', 'float64'), /float64|float32/],
    ['an entry that is not there', MAPS.replace('kids', 'cats'), /no entry of children 'cats'/],
  ])('%s is told with its place', async (_, maps, words) => {
    box.write('bad.yaml', line(maps));
    const ended = await box.run('plan', 'bad.yaml');
    expect(ended.code).toBe(3);
    expect(ended.stderr + ended.stdout).toMatch(words);
    expect(ended.stderr + ended.stdout).toMatch(/bad\.yaml:\d+:\d+/);
  });
});
