/**
 * CoAP children behind a gateway: the same line, modelled in virtual time and real over sockets,
 * brings the same readings with the same values; and resources that cannot be are told with their
 * place.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const TIME = '{ warmup: 3s, steady: 3s, chaos: 2s, settle: 2s, drain: 2s }';

const CLIMATE = '{ path: /climate, signals: [temperature], max-age: 3s }';
const POWER = '{ path: /power, signals: [power], confirmable: false, max-age: 3s }';
const RESOURCES = `{ kids: [${CLIMATE}, ${POWER}] }`;

const line = (resources: string, more: { kids?: string; chaos?: string[]; air?: string } = {}) =>
  scene({
    name: 'line',
    time: TIME,
    fleet:
      '{ id: gates, model: gateway, count: 2, every: 1s, parts: ' +
      `[{ gateway: { bus: { poll: 250ms, coap: { timeout: 250ms, ${more.air ?? ''} resources: ${resources} } } } }] }\n` +
      `  - { id: kids, model: room-thermostat, count: 3, per: gateway, via: gates, every: 1s${more.kids ?? ''} }`,
    ...(more.chaos === undefined ? {} : { chaos: more.chaos }),
    expect: ['gateway-kept', 'gateway-children', 'gateway-observes', 'gateway-reads-true'],
  });

/** Hash of each reading of the children as it was sent, by device and number. */
async function sent(gear: 'sim' | 'real'): Promise<Map<string, unknown>> {
  box.write('line.yaml', line(RESOURCES, { air: 'late: { share: 20%, by: 300ms },' }));
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

describe('a line of observed children', () => {
  it('brings the same readings in both gears, byte for byte', async () => {
    const [sim, real] = [await sent('sim'), await sent('real')];
    expect(sim.size).toBeGreaterThan(40);
    expect([...real].sort()).toEqual([...sim].sort());
  });

  it.each<[string, string, RegExp]>([
    [
      'a signal that the model does not have',
      RESOURCES.replace('[power]', '[powder]'),
      /no signal 'powder'[\s\S]*did you mean 'power'/,
    ],
    ['a signal of two resources', RESOURCES.replace('[power]', '[temperature]'), /is said twice/],
    ['one path for two', RESOURCES.replace('/power', '/climate'), /the path of two resources/],
    ['a path that is none', RESOURCES.replace('/power', 'power'), /'power' is no path/],
    ['an empty part of a path', RESOURCES.replace('/power', '/a//b'), /'\/a\/\/b' is no path/],
    ['no part of a path', RESOURCES.replace('/power', '/'), /'\/' is no path/],
    ['a query', RESOURCES.replace('/power', '"/power?unit=W"'), /is no path/],
    ['a part of 256 bytes', RESOURCES.replace('/power', `/${'p'.repeat(256)}`), /is no path/],
    ['half a second', RESOURCES.replace('max-age: 3s', 'max-age: 1500ms'), /counts whole seconds/],
    ['no time at all', RESOURCES.replace('max-age: 3s', 'max-age: 0s'), /max-age/],
    ['no signals', RESOURCES.replace('[power]', '[]'), /signals/],
    [
      'an entry that is not there',
      RESOURCES.replace('kids', 'cats'),
      /no entry of children 'cats'/,
    ],
  ])('%s is told with its place', async (_, resources, words) => {
    box.write('bad.yaml', line(resources));
    const ended = await box.run('plan', 'bad.yaml');
    expect(ended.code).toBe(3);
    expect(ended.stderr + ended.stdout).toMatch(words);
    expect(ended.stderr + ended.stdout).toMatch(/bad\.yaml:\d+:\d+/);
  });

  it('children that say readings otherwise are told, and those with a second gateway', async () => {
    box.write(
      'bad.yaml',
      line(RESOURCES, {
        kids: ', fall-back: { via: gates, after: 1s, hold: 1s }, parts: [{ delta: { steps: { temperature: 1 } } }]',
      }),
    );
    const { code, stderr, stdout } = await box.run('plan', 'bad.yaml');
    expect(code).toBe(3);
    expect(stderr + stdout).toMatch(/the part delta of kids says readings otherwise/);
    expect(stderr + stdout).toMatch(/observed children have one of them/);
  });

  it('noise on the bus is none that shows, and the plan says so', async () => {
    const chaos = ['{ id: noise, at: chaos+0s, for: 1s, fault: bus-loss, where: { entry: kids } }'];
    box.write('bad.yaml', line(RESOURCES, { chaos }));
    const { code, stderr, stdout } = await box.run('plan', 'bad.yaml');
    expect(code).toBe(3);
    expect(stderr + stdout).toMatch(/noise \(bus-loss\) acts on a bus, and kids\S+ stands on none/);
  });
});
