/**
 * A plan is a pure function of scenario and seed, total over everything that parses, and stable:
 * what one device, entry or fault adds never moves anything of another device. Problems come with
 * their place in the scenario.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DevicePlan, Plan } from '#kernel';
import { DARK, FRIDGES, plan, ROOMS, type Wish } from '../testing/planned.ts';

function made(wish: Wish = {}): Plan {
  const outcome = plan(wish);
  if (outcome.ok) return outcome.plan;
  throw new Error(outcome.problems.map(({ message }) => message).join('\n'));
}

/** A device's row without what is a number of the whole plan: its entry's place and its cohort. */
const rowsOf = ({ devices }: Plan): Map<string, Omit<DevicePlan, 'entry' | 'cohort'>> =>
  new Map(devices.map(({ entry: _, cohort: __, ...row }) => [row.id, row]));

function expectKept(before: Plan, after: Plan): void {
  const now = rowsOf(after);
  for (const [id, row] of rowsOf(before)) expect(now.get(id), id).toEqual(row);
}

describe('a plan', () => {
  it('is the same text for the same input, and another for another seed', () => {
    const text = JSON.stringify(made({ chaos: [DARK] }));
    expect(JSON.stringify(made({ chaos: [DARK] }))).toBe(text);
    expect(JSON.stringify(made({ chaos: [DARK], seed: 8 }))).not.toBe(text);
    expect(JSON.parse(text)).toEqual(made({ chaos: [DARK] }));
  });

  it('keeps every other device when a device, an entry or a fault is added', () => {
    const before = made();
    expect(before.devices).toHaveLength(10 + 6 * 3);
    expectKept(before, made({ fleet: [ROOMS.replace('10', '11'), FRIDGES] }));
    expectKept(before, made({ fleet: [ROOMS, FRIDGES.replace('6', '9')] }));
    const more = '{ id: more, model: room-thermostat, count: 5 }';
    expectKept(before, made({ fleet: [more, ROOMS, FRIDGES] }));
    expectKept(before, made({ chaos: [DARK] }));
  });

  it('selects the same devices for a fault, whatever else there is', () => {
    const chosen = (wish: Wish): string[] => {
      const { faults, devices } = made(wish);
      const fault = faults.find(({ id }) => id === 'dark');
      return (fault?.devices ?? []).map((index) => devices[index]?.id ?? '');
    };
    const alone = chosen({ chaos: [DARK] });
    expect(alone.length).toBeGreaterThan(3);
    const slow = '{ id: slow, at: chaos+5s, for: 2s, fault: latency, where: { region: north } }';
    expect(chosen({ chaos: [slow, DARK] })).toEqual(alone);
    const larger = chosen({ chaos: [DARK], fleet: [ROOMS.replace('10', '14'), FRIDGES] });
    expect(larger).toEqual(expect.arrayContaining(alone));
  });

  it('scales to exactly the devices that were asked for, in proportion', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 500 }), (devices) => {
        const scaled = made({ devices });
        expect(scaled.devices).toHaveLength(devices);
        const rooms = scaled.devices.filter(({ entry }) => entry === 0).length;
        expect(Math.abs(rooms - (devices * 10) / 28)).toBeLessThanOrEqual(1);
      }),
      { seed: 41, numRuns: 40 },
    );
  });

  it.each([
    [[ROOMS, FRIDGES], 4, [1, 3]],
    [[FRIDGES, ROOMS], 4, [3, 1]],
    [[FRIDGES, ROOMS], 5, [3, 2]],
    [[ROOMS, ROOMS.replace('rooms', 'halls')], 7, [4, 3]],
    [[ROOMS, ROOMS.replace('rooms', 'halls')], 1, [1, 0]],
  ])(
    'gives what is left over to the largest remainder, or to the first of equals',
    (fleet, devices, counts) => {
      const scaled = made({ fleet, devices }).devices;
      const entries = fleet.map((_, index) => scaled.filter(({ entry }) => entry === index).length);
      expect(entries).toEqual(counts);
      const ofRooms = made({ fleet: [ROOMS], devices }).devices.map(({ site }) => site);
      const sites = ['north-1', 'north-2', 'south-1'];
      const shares = sites.map((site) => ofRooms.filter((one) => one === site).length);
      expect(shares).toEqual(sites.map((_, index) => Math.floor((devices - index + 2) / 3)));
    },
  );

  it('intends as many messages as are due before it drains', () => {
    const { devices, entries, bounds } = made();
    let due = 0;
    for (const { entry, firstAt } of devices) {
      const everyMs = entries[entry]?.everyMs ?? 0;
      // Warm-up, steady, chaos and settle take 22 s.
      for (let at = firstAt; at < 22_000; at += everyMs) due++;
    }
    expect(due).toBeGreaterThan(300);
    expect(bounds.messages).toBe(due);
  });

  it('names every device once, spreads lanes and puts intended times on the grid', () => {
    const { devices, quantumMs, cohorts } = made({ devices: 2000, chaos: [DARK] });
    expect(new Set(devices.map(({ id }) => id)).size).toBe(2000);
    expect(new Set(devices.map(({ lane }) => lane)).size).toBe(64);
    for (const { firstAt, cohort } of devices) {
      expect(firstAt % quantumMs).toBe(0);
      expect(cohorts[cohort]).toBeDefined();
    }
    expect(cohorts.reduce((sum, cohort) => sum + cohort.devices, 0)).toBe(2000);
  });
});

describe('a fault acts on those that fit its `where`, and on no others', () => {
  it.each<[where: string, fits: (device: DevicePlan) => boolean]>([
    ['{ model: room-thermostat }', ({ entry }) => entry === 0],
    ['{ model: cold-chain-fridge }', ({ entry }) => entry === 1],
    ['{ entry: fridges }', ({ entry }) => entry === 1],
    ['{ region: south }', ({ region }) => region === 'south'],
    ['{ site: north-2 }', ({ site }) => site === 'north-2'],
    ['{ device: rooms/north-1/1 }', ({ id }) => id === 'rooms/north-1/1'],
    ['{ model: cold-chain-fridge, region: south }', ({ id }) => id.startsWith('fridges/south')],
  ])('%s', (where, fits) => {
    const { devices, faults } = made({ chaos: [DARK.replace('40%', where)] });
    const fitting = devices.flatMap((one, index) => (fits(one) ? [index] : []));
    expect(fitting.length).toBeGreaterThan(0);
    expect(fitting.length).toBeLessThan(devices.length);
    expect(faults.map((fault) => fault.devices)).toEqual([fitting]);
  });
});

it('draws the devices of an entry around what it says in `with`, and nothing else anew', () => {
  const before = made();
  const after = made({ fleet: [ROOMS, FRIDGES.replace(' }', ', with: { setpoint: 6 } }')] });
  const at = before.entries[1]?.paramNames.indexOf('setpoint') ?? -1;
  expect(at).toBeGreaterThanOrEqual(0);
  before.devices.forEach(({ entry, params, id }, index) => {
    const own = after.devices[index]?.params ?? [];
    // Typically 4 °C.
    const factor = entry === 1 ? 6 / 4 : 1;
    const expected = params.map((value, k) => (k === at ? value * factor : value));
    expect(own.length, id).toBe(params.length);
    own.forEach((value, k) => {
      expect(value, `${id}, parameter ${k}`).toBeCloseTo(expected[k] ?? Number.NaN, 9);
    });
  });
});

it.each([
  ['boots', 'bootAt', 0, 2000],
  ['samples', 'firstAt', 2000, 3000],
] as const)('each device %s at a time of its own, spread evenly', (_, key, from, to) => {
  const { devices } = made({ fleet: [ROOMS.replace('10', '200')] });
  const quarters = [0, 0, 0, 0];
  for (const device of devices) {
    const quarter = Math.min(3, Math.floor((4 * (device[key] - from)) / (to - from)));
    expect(quarter).toBeGreaterThanOrEqual(0);
    quarters[quarter] = (quarters[quarter] ?? 0) + 1;
  }
  // Evenly, as far as 200 draws are even.
  for (const count of quarters) expect(count).toBeGreaterThan(25);
});

it('keeps to the grid where a device samples at once', () => {
  const { devices, quantumMs } = made({
    fleet: [ROOMS.replace('10', '50').replace('1s', '20ms')],
    time: '{ warmup: 0s, steady: 1s, chaos: 0s, settle: 0s, drain: 1s }',
  });
  expect(devices.some(({ firstAt }) => firstAt === 0)).toBe(true);
  for (const { firstAt, bootAt } of devices) expect([firstAt % quantumMs, bootAt]).toEqual([0, 0]);
});

it('moves intervals onto the grid and says so', () => {
  const odd = '{ id: odd, model: room-thermostat, count: 3, every: 15ms }';
  const { entries, streams, notes } = made({
    fleet: [odd, ROOMS],
    more: ['commands: { every: 1234ms, to: 100%, qos: 1 }'],
  });
  expect(entries.map(({ everyMs }) => everyMs)).toEqual([20, 1000]);
  expect(streams.find(({ name }) => name === 'command')?.schedule).toMatchObject({
    everyMs: 1230,
  });
  expect(notes).toEqual([
    'intended times lie on a grid of 10ms',
    'odd: every 15ms lies beside that grid; 20ms is used',
    'commands: every 1.234s lies beside that grid; 1.23s is used',
  ]);
  expect(made().notes).toHaveLength(1);
});

it('says which time counts from a fault and cannot end inside the run', () => {
  // The fault ends at 11 s, and the run at 23 s.
  const notesOf = (soon: string): string =>
    made({ chaos: [DARK], more: [`expect: [{ back: { ${soon}since: dark } }]`] }).notes.join();
  expect(notesOf('soon: 13s, ')).toMatch(
    /back: soon 13s after dark ends at 24s, and the run at 23s: .*time\.settle/,
  );
  expect(notesOf('soon: 12s, ')).not.toMatch(/back:/);
  expect(notesOf('')).not.toMatch(/back:/);
});

it('says whose last readings stay unsent, since they sleep through the drain', () => {
  // The drain takes a second.
  const notesOf = (every: string): string[] => {
    const sleep = `sleep: { every: ${every}, awake: 1s }`;
    return made({ fleet: [ROOMS, FRIDGES.replace('}', `, ${sleep} }`)] }).notes.slice(1);
  };
  expect(notesOf('2s')).toEqual([
    expect.stringMatching(/^fridges: .* sleep for 1s, and time\.drain is 1s: .* never sent/),
  ]);
  expect(notesOf('1990ms')).toEqual([]);
});

it('says which fault nobody can see behind another', () => {
  const notesOf = (where: string): string[] =>
    made({
      chaos: [
        '{ id: dark, at: chaos+1s, for: 4s, fault: partition }',
        `{ id: slow, at: chaos+2s, for: 2s, fault: latency, with: { delay: 1s }, where: ${where} }`,
      ],
      fleet: [ROOMS, FRIDGES],
    }).notes.slice(1);
  expect(notesOf('{ entry: rooms }')).toEqual([
    expect.stringMatching(/^slow: .* dark acts on the same devices, .* at best unknown/),
  ]);
});

describe('who sits behind gateways', () => {
  const GATES = '{ id: gates, model: gateway, count: 2, per: region }';
  const KIDS = '{ id: kids, model: cold-chain-fridge, count: 3, per: gateway, via: gates }';
  const carriersOf = ({ devices }: Plan): Map<string, string[]> => {
    const carried = new Map<string, string[]>();
    for (const { id, via } of devices) {
      if (via === undefined || via === null) continue;
      const carrier = devices[via]?.id ?? '';
      carried.set(carrier, [...(carried.get(carrier) ?? []), id]);
    }
    return carried;
  };

  it('stands where its gateway does, as many behind each, in any order', () => {
    for (const fleet of [
      [GATES, KIDS],
      [KIDS, GATES],
    ]) {
      const plan = made({ fleet });
      const carried = carriersOf(plan);
      expect([...carried.values()].map(({ length }) => length)).toEqual([3, 3, 3, 3]);
      for (const { site, region, lane, via } of plan.devices) {
        const carrier = plan.devices[via ?? -1];
        if (carrier !== undefined) expect({ site, region, lane }).toMatchObject(whereOf(carrier));
      }
      expect(plan.entries.map(({ carries }) => carries === true).sort()).toEqual([false, true]);
    }
  });

  it('counts as always where it is not counted per gateway', () => {
    const atSite = KIDS.replace('per: gateway', 'per: site');
    const gates = GATES.replace('count: 2, per: region', 'count: 2, per: site');
    const counts = [...carriersOf(made({ fleet: [gates, atSite] })).values()].map(
      (own) => own.length,
    );
    expect(counts.sort()).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('is shared out anew with another number of devices', () => {
    const carried = carriersOf(made({ fleet: [GATES, KIDS], devices: 40 }));
    expect([...carried.values()].flat()).toHaveLength(30);
    expect(new Set([...carried.values()].map(({ length }) => length))).toEqual(new Set([3]));
  });

  it('keeps a gateway for those that are carried, however few are asked for', () => {
    const many = ROOMS.replace('count: 10', 'count: 300');
    for (const devices of [8, 30, 100]) {
      const made = plan({ fleet: [GATES, KIDS.replace('count: 3', 'count: 9'), many], devices });
      if (!made.ok) throw new Error(made.problems[0]?.message);
      const counts = [0, 1].map((one) => made.plan.devices.filter(({ entry }) => entry === one));
      expect(made.plan.devices).toHaveLength(devices);
      if (counts[1]?.length !== 0) expect(counts[0]?.length).toBeGreaterThan(0);
    }
  });

  it('is refused where no gateway stands', () => {
    const gates = GATES.replace('count: 2, per: region', 'count: 1');
    const outcome = plan({ fleet: [gates, KIDS.replace('per: gateway', 'per: site')] });
    if (outcome.ok) throw new Error('was planned');
    expect(outcome.problems).toMatchObject([
      {
        path: 'fleet[1].via',
        message: expect.stringMatching(/^kids has devices at north-2, and gates/),
      },
    ]);
  });
});

const whereOf = ({ site, region, lane }: DevicePlan) => ({ site, region, lane });

describe('what is wrong is said with its place', () => {
  const CASES: [what: string, wish: Wish, path: string, words: RegExp][] = [
    [
      'an unknown model',
      { fleet: [ROOMS.replace('room-', 'rom-')] },
      'fleet[0].model',
      /rom-therm/,
    ],
    [
      'an unknown fault',
      { chaos: [DARK.replace('partition', 'partitio')] },
      'chaos[0].fault',
      /partitio/,
    ],
    ['an unknown checker', { more: ['expect: [nothing-lost]'] }, 'expect[0]', /nothing-lost/],
    [
      'two workflows on one stream',
      { more: ['commands: { every: 1s }', 'workflows: [{ commands: { every: 2s } }]'] },
      'workflows[0].commands',
      /stream command, as commands does already/,
    ],
    [
      'a window after the end',
      { chaos: [DARK.replace('for: 2s', 'for: 20s')] },
      'chaos[0]',
      /ends|outlasts|after/,
    ],
    [
      'two partitions of one cohort at one time',
      { chaos: [DARK, DARK.replace('dark', 'dim')] },
      'chaos[1]',
      /dark .*dim .*exclude each other/,
    ],
    [
      'a device that there is not',
      { chaos: [DARK.replace('40%', '{ device: rooms/none/1 }')] },
      'chaos[0].where',
      /no site 'none'/,
    ],
    [
      'a device that is there and lies elsewhere',
      { chaos: [DARK.replace('40%', '{ device: rooms/north-1/1, region: south }')] },
      'chaos[0].where',
      /^dark selects no device$/,
    ],
    [
      'nobody selected',
      { chaos: [DARK.replace('40%', '{ model: room-thermostat, entry: fridges }')] },
      'chaos[0].where',
      /^dark selects no device$/,
    ],
    ['no site', { topology: 'topology: { regions: {} }' }, 'topology.regions', /no device/],
    ['too many devices', { devices: 3_000_000 }, '', /3000000|devices/],
  ];
  it.each(CASES)('%s', (_, wish, path, words) => {
    const outcome = plan(wish);
    if (outcome.ok) throw new Error('was planned');
    const [problem] = outcome.problems;
    expect(problem?.path ?? '').toContain(path);
    expect(problem?.message).toMatch(words);
  });
});

const KILL = '{ id: kill, at: chaos+1s, for: 4s, fault: broker-kill }';

it('a target that nobody can kill is told for each fault that would, and only that', () => {
  const outcome = plan({
    gear: 'real',
    chaos: [KILL, KILL.replace('kill', 'again')],
    more: ['target: mqtt://127.0.0.1'],
  });
  const problems = outcome.ok ? [] : outcome.problems;
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'no-hands chaos[0].fault',
    'no-hands chaos[1].fault',
  ]);
});

it('a fault inside a target goes with those that can be given its trouble', () => {
  const inside = (fault: string): string => KILL.replace('broker-kill', fault);
  const faults = ['slow-store', 'disk-full', 'auth-down', 'wrong-config', 'pause'];
  const codesOf = (gear: 'sim' | 'real', ...more: string[]): string[] =>
    faults.flatMap((fault) => {
      const outcome = plan({ gear, chaos: [inside(fault)], more });
      return outcome.ok ? [] : outcome.problems.map(({ code, hint }) => `${fault} ${code} ${hint}`);
    });
  expect(codesOf('sim')).toEqual([]);
  expect(codesOf('real', 'target: process:mosquitto')).toEqual(
    faults.slice(0, 4).map((fault) => expect.stringMatching(`^${fault} no-hands use target`)),
  );
  expect(codesOf('real', 'target: mqtt://127.0.0.1')).toHaveLength(faults.length);
  const both = [inside('pause'), inside('pause').replace('kill', 'again')];
  expect(plan({ chaos: both })).toMatchObject({ problems: [{ code: 'faults-overlap' }] });
});

it('a fault of the target as a whole selects no devices', () => {
  expect(plan({ chaos: [KILL] }).ok).toBe(true);
  for (const where of ['{ region: north }', '{ region: north, entry: rooms }']) {
    const outcome = plan({ chaos: [KILL.replace(' }', `, where: ${where} }`)] });
    expect(outcome).toMatchObject({
      problems: [{ code: 'target-selector', path: 'chaos[0].where', hint: 'remove `where`' }],
    });
  }
});

it.each([
  [1, ['fleet[1].qos', 'commands']],
  [2, []],
])(
  'refuses what is asked above the QoS %i that a target declares, with its place',
  (max, places) => {
    const target = `target: { url: mqtt://127.0.0.1, guarantees: { max-qos: ${max} } }`;
    const outcome = plan({
      gear: 'real',
      fleet: [ROOMS, '{ id: exact, model: room-thermostat, count: 1, every: 1s, qos: 2 }'],
      more: [target, 'commands: { every: 5s, qos: 2 }'],
    });
    const problems = outcome.ok ? [] : outcome.problems;
    expect(problems.map(({ path }) => path)).toEqual(places);
    for (const problem of problems) {
      expect(problem).toMatchObject({
        code: 'max-qos',
        message: expect.stringMatching(
          /at QoS 2, and mqtt:\/\/127\.0\.0\.1 promises QoS 1 at most/,
        ),
        hint: expect.stringMatching(/QoS 1|qos: 1/i),
      });
    }
  },
);

describe('of a dialect with a QoS of its own', () => {
  const spoken = (qos: number, more: string[] = []) =>
    plan({
      fleet: [`{ id: rooms, model: room-thermostat, count: 1, every: 1s, qos: ${qos} }`],
      more: ['target: { kind: embedded, dialect: sparkplug }', ...more],
    });

  it('devices go by it, or are refused with their place', () => {
    expect(spoken(1)).toMatchObject({
      problems: [{ code: 'max-qos', path: 'fleet[0].qos', hint: expect.stringMatching(/qos: 0/) }],
    });
    expect(spoken(0).ok).toBe(true);
  });

  it('no session of its nodes is kept', () => {
    const outcome = plan({
      fleet: ['{ id: rooms, model: room-thermostat, count: 1, qos: 0, session: persistent }'],
      more: ['target: { kind: embedded, dialect: sparkplug }'],
    });
    expect(outcome).toMatchObject({
      problems: [
        {
          ...{ code: 'session', path: 'fleet[0].session' },
          message: expect.stringMatching(/rooms keep.*Sparkplug B.*clean/),
          hint: expect.stringMatching(/--set 'fleet\[0\]\.session=clean'/),
        },
      ],
    });
  });

  it('its parts come along, and the platform twin keeps nothing of it', () => {
    const outcome = spoken(0, ['commands: { every: 5s }']);
    if (!outcome.ok) throw new Error('it can be planned');
    const { entries, target, notes, streams } = outcome.plan;
    expect(entries[0]?.parts.map(({ kind }) => kind)).toContain('sparkplug');
    expect(target).toMatchObject({ keepsTelemetry: false, dialect: 'sparkplug' });
    expect(target.offers).toContain('sparkplug');
    expect(streams.find(({ name }) => name === 'telemetry')?.arrives).toBe('observer');
    expect(notes.join()).toMatch(/command.* go as in our own dialect, beside/);
  });

  it('what only who speaks it offers says so', () => {
    const outcome = plan({ more: ['workflows: [{ sparkplug: {} }]'] });
    expect(outcome).toMatchObject({
      problems: [{ code: 'no-port', hint: expect.stringMatching(/dialect: sparkplug/) }],
    });
  });
});

it.each([
  ['{device}-of-our-lab', 'target.client-id: the client id of rooms/north-1/1 has 26 characters'],
  ['{device}', ''],
])('a client id %s is held against what the target takes', (template, said) => {
  const promised = 'guarantees: { client-id-length: 23 }';
  const target = `{ url: mqtt://127.0.0.1, client-id: '${template}', ${promised} }`;
  const outcome = plan({ gear: 'real', more: [`target: ${target}`] });
  const problems = outcome.ok ? [] : outcome.problems;
  expect(problems.map(({ path, message }) => `${path}: ${message}`).join('\n')).toContain(said);
  expect(problems.length).toBe(said === '' ? 0 : 1);
});

it('is total: whatever parses is planned or refused with problems, and never throws', () => {
  const duration = fc.constantFrom('0s', '1ms', '1s', '3s', '2h');
  const entry = fc
    .record({
      model: fc.constantFrom('room-thermostat', 'cold-chain-fridge', 'nothing'),
      count: fc.constantFrom(0, 1, 7, 100_000, 10_000_000),
      per: fc.constantFrom('fleet', 'site', 'region'),
      every: duration,
    })
    .map(
      (one) =>
        `{ id: e, model: ${one.model}, count: ${one.count}, per: ${one.per}, every: ${one.every} }`,
    );
  const fault = fc
    .record({
      id: fc.constantFrom('a', 'b'),
      at: fc.constantFrom('chaos', 'chaos+1s', 'settle', 'run+1s', 'warmup'),
      for: duration,
      fault: fc.constantFrom('partition', 'latency', 'broker-kill', 'power-cut', 'reset', 'nope'),
      where: fc.constantFrom('0%', '50%', '{ region: north }', '{ region: mars }', '{ entry: e }'),
    })
    .map(
      (one) =>
        `{ id: ${one.id}, at: ${one.at}, for: ${one.for}, fault: ${one.fault}, where: ${one.where} }`,
    );
  let planned = 0;
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 1, maxLength: 2 }),
      fc.array(fault, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(null, 1, 2, 50),
      (fleet, chaos, devices) => {
        const outcome = plan({ fleet, chaos, devices });
        if (outcome.ok) planned++;
        else expect(outcome.problems.length).toBeGreaterThan(0);
      },
    ),
    { seed: 42, numRuns: 300 },
  );
  // Both ends must have been reached, or the property said little.
  expect(planned).toBeGreaterThan(0);
  expect(planned).toBeLessThan(300);
});

describe('two gateways for one child', () => {
  const gate = (id: string, bus: string): string =>
    `{ id: ${id}, model: gateway, count: 1, per: site, parts: [{ gateway: { bus: ${bus} } }] }`;
  const leaning = (own: string, other: string): Wish => ({
    fleet: [
      gate('gates', own),
      gate('spares', other),
      '{ id: kids, model: room-thermostat, count: 2, per: gateway, via: gates, ' +
        'fall-back: { via: spares, after: 3s, hold: 4s } }',
    ],
  });
  const problemsOf = (wish: Wish): object[] => {
    const outcome = plan(wish);
    return outcome.ok ? [] : [...outcome.problems];
  };
  const line = (maps: string): string => `{ modbus: { maps: ${maps} } }`;
  const KIDS = line('{ kids: [{ signal: temperature, address: 0 }] }');

  it('read its registers by a map each', () => {
    expect(problemsOf(leaning(KIDS, KIDS))).toEqual([]);
    expect(problemsOf(leaning(KIDS, line('{}')))).toMatchObject([
      { code: 'part', path: expect.stringMatching(/^fleet\[1\].*maps$/) },
    ]);
  });

  it.each([
    ['fleet[0]', '{ lorawan: {} }', '{ poll: 1s }'],
    ['fleet[1]', '{ poll: 1s }', '{ lorawan: {} }'],
  ])('are none on LoRaWAN: %s', (place, own, other) => {
    expect(problemsOf(leaning(own, other))).toMatchObject([
      {
        code: 'part',
        path: `${place}.parts[0].gateway.bus.lorawan`,
        message: expect.stringContaining('kids'),
        hint: expect.stringContaining('fall-back'),
      },
    ]);
  });
});
