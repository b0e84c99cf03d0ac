import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem } from './frame.ts';
import { fromModule, parseScenario } from './parse.ts';
import { catalogOf, wordsOf } from './testing/words.ts';

const at = (folder: string): URL => new URL(folder, import.meta.url);
const files = (folder: string): string[] => readdirSync(at(folder)).sort();
const read = (folder: string, file: string): string =>
  readFileSync(new URL(file, at(folder)), 'utf8');

const SMALL = `twinstorm: 1
name: small
fleet:
  - model: room-thermostat
    count: 3
`;

describe('good files', () => {
  const good = [
    ...files('fixtures/').map((file) => ['fixtures/', file] as const),
    ...files('library/').map((file) => ['library/', file] as const),
  ];

  it.each(good)('%s%s is read', (folder, file) => {
    const outcome = parseScenario(read(folder, file), file);
    expect(outcome.ok ? [] : outcome.problems).toEqual([]);
    if (outcome.ok) expect(outcome.scenario.name).toBe(file.replace('.yaml', ''));
  });

  it('reads every key of the format into numbers', () => {
    const outcome = parseScenario(read('fixtures/', 'every-key.yaml'), 'every-key.yaml');
    if (!outcome.ok) throw new Error('must be read');
    const { scenario } = outcome;
    expect(scenario.time).toEqual({
      warmupMs: 8000,
      steadyMs: 12_000,
      chaosMs: 60_000,
      settleMs: 10_000,
      drainMs: 5000,
      quantumMs: 20,
    });
    expect(scenario.target).toMatchObject({
      kind: 'url',
      clientId: 'tw-{run}-{device}',
      guarantees: { durableSessions: true, queueLimit: 1000, maxQos: 2, mqtt: '3.1.1' },
      hands: { start: 'systemctl start broker' },
    });
    expect(scenario.regions).toEqual([
      { name: 'north', sites: 2, network: 'lte-m' },
      { name: 'south', sites: 1, network: 'village-dsl' },
      { name: 'west', sites: 1, network: null },
    ]);
    expect(scenario.networks).toEqual([
      { name: 'village-dsl', delayMs: 25, jitterMs: 5, bytesPerSecond: 250_000 },
      { name: 'perfect', delayMs: 0, jitterMs: 0, bytesPerSecond: 0 },
    ]);
    expect(scenario.fleet[0]).toEqual({
      id: 'fridges',
      model: 'cold-chain-fridge',
      count: 40,
      per: 'site',
      via: null,
      everyMs: 5000,
      fallBack: null,
      qos: 2,
      session: 'persistent',
      keepAliveS: 60,
      will: true,
      retainStatus: true,
      health: 'real',
      network: 'nb-iot',
      buffer: { limit: 50, drop: 'newest' },
      backoff: { baseMs: 1000, capMs: 90_000, jitter: 'none' },
      sleep: { everyMs: 300_000, awakeMs: 20_000 },
      parts: [
        { part: 'updates', with: { slots: 2 } },
        { part: 'echo', with: {} },
      ],
      with: { ua: 2.5 },
    });
    expect(scenario.commands).toEqual({ everyMs: 10_000, share: 0.2, qos: 1 });
    expect(scenario.workflows).toEqual([
      { workflow: 'look-around', with: {}, place: 'workflows[0].look-around' },
      {
        workflow: 'roll-out',
        place: 'workflows[1].roll-out',
        with: {
          to: '2.1.0',
          rings: [{ share: '5%', wait: '1m' }, { share: '100%' }],
          labels: { canary: 1 },
        },
      },
    ]);
    expect(scenario.chaos.map((fault) => [fault.id, fault.at, fault.forMs, fault.where])).toEqual([
      ['north-dark', { phase: 'chaos', offsetMs: 5000 }, 10_000, { region: 'north' }],
      ['latency-1', { phase: 'chaos', offsetMs: 0 }, 10_000, { share: 0.1 }],
      [
        'latency-2',
        { phase: 'run', offsetMs: 25_000 },
        5000,
        { model: 'cold-chain-fridge', share: 0.5 },
      ],
      ['power-cut-1', { phase: 'chaos', offsetMs: 50_000 }, 2000, { device: 'fridges/north-1/17' }],
      ['reset-1', { phase: 'chaos', offsetMs: 55_000 }, 2000, { entry: 'fridges', site: 'west-1' }],
      ['broker-kill-1', { phase: 'chaos', offsetMs: 58_000 }, 2000, {}],
      // Where it is tied to a state, how long it may act at all.
      ['outage-1', { phase: 'chaos', offsetMs: 0 }, 60_000, { share: 0.1 }],
      ['power-cut-2', { phase: 'chaos', offsetMs: 5000 }, 45_000, {}],
    ]);
    expect(scenario.chaos.flatMap(({ tie }) => tie ?? [])).toEqual([
      { key: 'while', state: 'connection.backoff', nth: null, forMs: 2000 },
      { key: 'when', state: 'power.on', nth: 3, forMs: 2000 },
    ]);
    expect(scenario.gate).toEqual({ connectedShare: 0.99, deliveredShare: 0.9 });
    expect(scenario.expect.at(-1)).toEqual({ checker: 'blast-radius', with: {} });
    expect(scenario.stopWhen).toEqual([
      { metric: 'connected', below: 0.2, above: null, forMs: 30_000 },
      { metric: 'lost', below: null, above: 0, forMs: 0 },
      { metric: 'p99', below: null, above: 2000, forMs: 10_000 },
    ]);
  });

  it('fills in every default', () => {
    const outcome = parseScenario(SMALL, 'small.yaml');
    if (!outcome.ok) throw new Error('must be read');
    expect(outcome.scenario).toEqual({
      name: 'small',
      about: '',
      tags: [],
      seed: null,
      gear: null,
      time: {
        warmupMs: 8000,
        steadyMs: 12_000,
        chaosMs: 30_000,
        settleMs: 10_000,
        drainMs: 5000,
        quantumMs: 10,
      },
      target: {
        kind: 'embedded',
        with: {},
        place: 'target',
        broker: null,
        dialect: null,
        codec: null,
        topic: null,
        payload: null,
        clientId: null,
        credentials: null,
        hands: null,
        guarantees: {},
      },
      regions: [{ name: 'default', sites: 1, network: null }],
      networks: [],
      fleet: [
        {
          id: 'room-thermostat',
          model: 'room-thermostat',
          count: 3,
          per: 'fleet',
          via: null,
          everyMs: null,
          fallBack: null,
          qos: 1,
          session: 'clean',
          keepAliveS: 30,
          will: false,
          retainStatus: false,
          health: 'signal',
          network: null,
          buffer: { limit: 1000, drop: 'oldest' },
          backoff: { baseMs: 500, capMs: 20_000, jitter: 'full' },
          sleep: null,
          parts: [],
          with: {},
        },
      ],
      commands: null,
      workflows: [],
      chaos: [],
      gate: { connectedShare: 0.95, deliveredShare: 0.9 },
      expect: [],
      stopWhen: [],
      report: ['html', 'junit', 'json', 'summary'],
      load: [],
      proxy: null,
      plugins: [],
    });
  });
});

/** What the goldens name beyond their own file; models, faults and checkers are not looked at. */
const WORDS = catalogOf({ reporter: wordsOf('html', 'junit', 'json', 'summary'), workflow: [] });

describe('bad files', () => {
  it.each(files('goldens/').filter((file) => file.endsWith('.yaml')))(
    '%s: every problem at once, each with its place',
    async (file) => {
      const text = read('goldens/', file);
      const outcome = parseScenario(text, file, [], WORDS);
      if (outcome.ok) throw new Error(`${file} must be refused`);
      for (const problem of outcome.problems) {
        const line = text.split('\n')[(problem.line ?? 0) - 1];
        expect(line, `${problem.message} has a line of the file`).toBeDefined();
        expect(problem.column).toBeGreaterThan(0);
      }
      const shown = outcome.problems.map((problem) =>
        formatProblem(problem, text, { colour: false }),
      );
      await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot(
        `goldens/${file.replace('.yaml', '.txt')}`,
      );
    },
  );

  it('never shows a password', () => {
    for (const target of [
      'mqtt://admin:hunter2@host',
      'mqtt://admin:hunter2@',
      'x://a:hunter2@[',
    ]) {
      const outcome = parseScenario(`${SMALL}target: '${target}'\n`, 'x.yaml');
      expect(outcome.ok).toBe(false);
      if (!outcome.ok) expect(JSON.stringify(outcome.problems)).not.toContain('hunter2');
    }
  });
});

describe('locate', () => {
  const text = read('fixtures/', 'every-key.yaml');
  const outcome = parseScenario(text, 'every-key.yaml');
  if (!outcome.ok) throw new Error('must be read');
  const under = (path: string): string => {
    const { line = 0, column = 0, width = 0 } = outcome.locate(path);
    return (text.split('\n')[line - 1] ?? '').slice(column - 1, column - 1 + width);
  };

  it('finds values, and keys where the value says less', () => {
    expect(under('seed')).toBe('42');
    expect(under('chaos[0].where.region')).toBe('north');
    expect(under('chaos[0].where')).toBe('{ region: north }');
    expect(under('fleet[0].with.ua')).toBe('2.5');
    expect(under('topology.regions')).toBe('regions');
    expect(under('expect[1].latency.p99')).toBe('500ms');
    expect(under('expect[3]["blast-radius"]')).toBe('blast-radius');
  });

  it('falls back to the parent of what is not there', () => {
    expect(under('fleet[0].buffer.size')).toBe('buffer');
    expect(under('chaos[1].id')).toMatch(/^\{ at: chaos, until/);
    expect(under('expect[0].no-acked-loss')).toBe('no-acked-loss');
    expect(outcome.locate('nowhere')).toMatchObject({ file: 'every-key.yaml', line: 2 });
    expect(outcome.locate('%%%').line).toBe(2);
  });

  it('follows aliases to where the thing is written', () => {
    const aliased = read('fixtures/', 'words-for-targets.yaml');
    const parsed = parseScenario(aliased, 'x.yaml');
    if (!parsed.ok) throw new Error('must be read');
    expect(parsed.locate('fleet[2].backoff.cap').line).toBe(10);
  });
});

describe('modules', () => {
  const module = {
    twinstorm: 1,
    name: 'as-module',
    fleet: [{ model: 'room-thermostat', count: 3, every: '2s' }],
  };

  it('mean the same as the file', () => {
    const one = fromModule({ ...module, name: 'small' }, 'x.ts', ['fleet[0].every=5s']);
    const other = parseScenario(SMALL, 'x.yaml', ['fleet[0].every=5s']);
    if (!one.ok || !other.ok) throw new Error('must be read');
    expect(one.scenario).toEqual(other.scenario);
  });

  it('name paths where there are no lines', () => {
    const outcome = fromModule({ ...module, chaos: [{ at: 'chaos', fault: 'x', for: 5 }] }, 'x.ts');
    if (outcome.ok) throw new Error('must be refused');
    expect(outcome.problems).toMatchObject([{ file: 'x.ts', path: 'chaos[0].for' }]);
    expect(outcome.problems[0]).not.toHaveProperty('line');
  });

  it('refuse what is no data, without a throw', () => {
    const cyclic: Record<string, unknown> = { ...module };
    cyclic.fleet = [cyclic];
    const hostile = {
      get twinstorm(): number {
        throw new Error('gotcha');
      },
    };
    for (const value of [undefined, null, 7, () => 1, [], new Map(), cyclic, hostile]) {
      expect(fromModule(value, 'x.ts').ok).toBe(false);
      expect(fromModule(value, 'x.ts', ['seed=1']).ok).toBe(false);
    }
  });
});
