import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyOverrides } from './overrides.ts';
import { parseScenario } from './parse.ts';

const TEXT = `# keep me
twinstorm: 1
name: base # and me
time: { warmup: 5s, steady: 6s }
fleet:
  - id: rooms
    model: room-thermostat
    count: 3
    backoff:
      base: 1s # one second
  - { model: cold-chain-fridge, count: 2 }
chaos: []
`;

const set = (...overrides: string[]): string => {
  const edited = applyOverrides(TEXT, overrides, 'base.yaml');
  if (!edited.ok) throw new Error(edited.problems.map((problem) => problem.message).join('\n'));
  return edited.text;
};
const refusal = (...overrides: string[]): string[] => {
  const edited = applyOverrides(TEXT, overrides, 'base.yaml');
  return edited.ok ? [] : edited.problems.map((problem) => problem.message);
};

describe('applyOverrides', () => {
  it('changes a value in its place and nothing else', () => {
    expect(set('fleet[0].count=10')).toBe(TEXT.replace('count: 3', 'count: 10'));
    expect(set('time.steady=9s')).toBe(TEXT.replace('steady: 6s', 'steady: 9s'));
    expect(set('fleet[0].backoff.base=250ms')).toBe(TEXT.replace('base: 1s', 'base: 250ms'));
    expect(set('fleet[1].count=4', 'fleet[1].count=5')).toBe(TEXT.replace('count: 2', 'count: 5'));
  });

  it('adds what is not there', () => {
    expect(set('time.chaos=5s')).toContain('time: { warmup: 5s, steady: 6s, chaos: 5s }');
    expect(set('seed=7')).toBe(`${TEXT}seed: 7\n`);
    expect(set('fleet[0].qos=2')).toBe(
      TEXT.replace('# one second\n', '# one second\n    qos: 2\n'),
    );
    expect(set('fleet[0].backoff.cap=9s')).toContain('base: 1s # one second\n      cap: 9s\n');
    expect(parse(set('gate.connected=50%', 'fleet[1].buffer.limit=5'))).toMatchObject({
      gate: { connected: '50%' },
      fleet: [{ id: 'rooms' }, { buffer: { limit: 5 } }],
    });
  });

  it('takes lists and maps on one line, and adds list items', () => {
    const edited = parse(set('report=[json]', 'chaos[0]={ at: chaos, for: 5s, fault: outage }'));
    expect(edited).toMatchObject({ report: ['json'], chaos: [{ fault: 'outage', for: '5s' }] });
    expect(parse(set('target=mqtt://127.0.0.1:1883')).target).toBe('mqtt://127.0.0.1:1883');
    expect(parse(set('about="a: b"')).about).toBe('a: b');
  });

  it('replaces a whole block and keeps the rest', () => {
    const text = set('fleet=[{ model: room-thermostat, count: 1 }]');
    expect(parse(text)).toMatchObject({ fleet: [{ count: 1 }], chaos: [], name: 'base' });
    expect(text).toContain('# keep me');
  });

  it('names the override in each refusal', () => {
    expect(refusal('nonsense', 'a b=1', 'fleet[7].count=1')).toMatchInlineSnapshot(`
      [
        "--set nonsense: has no path and value",
        "--set a b=1: does not begin with a path",
        "--set fleet[7].count=1: fleet has only 2 items",
      ]
    `);
    expect(
      refusal('fleet[7].count=1', 'fleet.count=1', 'time[0]=1', 'name.x=1'),
    ).toMatchInlineSnapshot(`
      [
        "--set fleet[7].count=1: fleet has only 2 items",
        "--set fleet.count=1: fleet is a list",
        "--set time[0]=1: time is a map, not a list",
        "--set name.x=1: name is a single value and has nothing inside",
      ]
    `);
    expect(
      refusal('about=a: b', 'about=[1', 'about=a #b', 'about=*x', 'about=1\n2'),
    ).toMatchInlineSnapshot(`
      [
        "--set about=a: b: has a value that must be quoted",
        "--set about=[1: has no legal value: Flow sequence must end with a ]",
        "--set about=a #b: has a value that must be quoted",
        "--set about=*x: has no legal value: there is no anchor '&x' before this",
        "--set about=1 2: has a value of several lines",
      ]
    `);
  });

  it('is blamed for what it breaks, and only for that', () => {
    const outcome = parseScenario(TEXT, 'base.yaml', ['time.chaos=banana', 'fleet[0].count=5']);
    if (outcome.ok) throw new Error('must be refused');
    expect(outcome.problems.map((problem) => problem.message)).toEqual([
      "time.chaos must be a duration such as 8s, not 'banana' (set by --set time.chaos=banana)",
    ]);
    expect(outcome.problems[0]).toMatchObject({ file: 'base.yaml', line: 4 });
  });

  it('leaves a broken file to be reported as it is', () => {
    expect(applyOverrides('a: [', ['a=1'])).toEqual({ ok: true, text: 'a: [' });
  });

  it('reads back as exactly the change that was asked for', () => {
    const path = fc.constantFrom(
      'seed',
      'about',
      'time',
      'time.chaos',
      'fleet[0].count',
      'fleet[0].backoff',
      'fleet[0].backoff.cap',
      'fleet[1].qos',
      'fleet[2]',
      'gate.connected',
      'chaos',
    );
    const value = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.string({ maxLength: 12 }),
      fc.array(fc.integer(), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ maxLength: 5 }), { maxKeys: 3 }),
    );
    fc.assert(
      fc.property(path, value, (name, given) => {
        const text = set(`${name}=${JSON.stringify(given)}`);
        const parts = name.match(/[a-z]+|\d+/g) ?? [];
        const found = parts.reduce<unknown>(
          (node, part) => (node as Record<string, unknown>)[part],
          parse(text),
        );
        expect(found).toEqual(given);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
