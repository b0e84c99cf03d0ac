/**
 * What one part of a file says of another, with a catalog behind it: names of plug-ins and what
 * they are given, however deep, are judged with the place where they stand, in a file that is
 * malformed elsewhere as in one that is not.
 */
import { describe, expect, it } from 'vitest';
import type { Params } from '#kernel';
import { parseScenario } from './parse.ts';
import { catalogOf, ROLL_OUT, wordsOf } from './testing/words.ts';

const DELAY: Params = { delay: { kind: 'duration', about: 'How slow.' } };
const AFTER: Params = {
  after: { kind: 'text', about: 'After which.', names: 'phase-or-fault', optional: true },
  within: { kind: 'duration', about: 'How soon.' },
};
const CATALOG = catalogOf({
  model: [
    {
      kind: 'room',
      facts: { signals: ['temperature', 'humidity'], everyMs: 4000 },
      params: { tau: { kind: 'number', about: 'Inertia.', unit: 's', max: 9, optional: true } },
    },
  ],
  fault: [...wordsOf('partition'), { kind: 'latency', params: DELAY }],
  checker: [{ kind: 'recovered', params: AFTER }],
  workflow: [ROLL_OUT],
  part: [
    {
      kind: 'updates',
      params: {
        slots: { kind: 'integer', about: 'Slots.', max: 2, optional: true },
        bands: {
          kind: 'map',
          about: 'How far.',
          keys: 'signal',
          of: { kind: 'number', about: 'In its unit.' },
          optional: true,
        },
        window: { kind: 'duration', about: 'How long.', wholeOf: 'every', optional: true },
      },
    },
  ],
});

const HEAD = 'twinstorm: 1\nname: checked\n';
const FLEET = 'fleet: [{ model: room, count: 1 }]\n';

/** `line:column message; hint` of each problem. */
function said(rest: string, head = HEAD): string[] {
  const outcome = parseScenario(`${head}${rest}`, 'x.yaml', [], CATALOG);
  if (outcome.ok) return [];
  return outcome.problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}; ${hint ?? ''}`,
  );
}

describe('entries behind others', () => {
  const entry = (more: string): string => `{ model: room, count: 1, ${more} }`;
  const fleet = (...entries: readonly string[]): string => `fleet: [${entries.join(', ')}]`;
  const GATES = entry('id: gates');

  it('may be said of any', () => {
    expect(said(fleet(GATES, entry('id: kids, per: gateway, via: gates')))).toEqual([]);
    expect(said(fleet(entry('id: kids, via: gates'), GATES))).toEqual([]);
    expect(said(fleet(GATES, entry('id: kids, via: gates, fall-back: { via: gates }')))).toEqual(
      [],
    );
  });

  it.each([
    ['kids, via: gatse', /there is no fleet entry 'gatse'; did you mean 'gates'/],
    ['kids, via: others', /fleet\[1\]\.via names others, which is carried itself.*go via gates/],
    [
      'kids, via: kids',
      /fleet\[1\]\.via names kids, which is carried itself.*via an entry that has/,
    ],
    [
      'kids, per: gateway',
      /fleet\[1\]\.per counts per gateway, and the entry has no via; say via:/,
    ],
    ['kids, via: gates, network: lte-m', /fleet\[1\]\.network is of a link.* has none/],
    ['kids, via: gates, will: true', /fleet\[1\]\.will is of a link/],
    [
      'kids, via: gates, fall-back: { via: gatse }',
      /fall-back\.via: there is no fleet entry 'gatse'; did you mean 'gates'/,
    ],
    [
      'kids, via: gates, fall-back: { via: others }',
      /fleet\[1\]\.fall-back\.via names others, which is carried itself/,
    ],
    [
      'kids, fall-back: { via: gates }',
      /fleet\[1\]\.fall-back is of devices behind gateways, and the entry has no via/,
    ],
    ['kids, via: gates, fall-back: { via: gates, after: 0s }', /fall-back\.after/],
  ])('%s', (kids, problem) => {
    const told = said(fleet(GATES, entry(`id: ${kids}`), entry('id: others, via: gates')));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(problem);
  });
});

describe('a file with a catalog', () => {
  it('may say what the catalog knows', () => {
    const chaos = 'chaos: [{ at: chaos, for: 1s, fault: latency, with: { delay: 1s } }]\n';
    const expects = 'expect: [{ recovered: { after: latency-1, within: 1s } }]\n';
    const rings = '{ share: 5%, after: latency-1 }';
    const workflows = `workflows: [{ roll-out: { to: 2.1.0, rings: [${rings}] } }]\n`;
    expect(said(FLEET.replace('count', 'with: { tau: 3 s }, count') + chaos + expects)).toEqual([]);
    expect(said(FLEET + chaos + workflows)).toEqual([]);
  });

  const CASES: [what: string, rest: string, problem: string][] = [
    [
      'a model',
      'fleet: [{ model: rom, count: 1 }]',
      "3:18 fleet[0].model: there is no model 'rom'; did you mean 'room'?",
    ],
    [
      'what a model draws',
      'fleet: [{ model: room, count: 1, with: { tua: 3 } }]',
      "3:42 there is no parameter 'tua' in fleet[0].with; did you mean 'tau'?",
    ],
    [
      'its range',
      'fleet: [{ model: room, count: 1, with: { tau: 30 } }]',
      '3:47 fleet[0].with.tau must be at most 9; ',
    ],
    [
      'a fault',
      `${FLEET}chaos: [{ at: chaos, for: 1s, fault: latnecy }]`,
      "4:38 chaos[0].fault: there is no fault 'latnecy'; did you mean 'latency'?",
    ],
    [
      'what a fault needs',
      `${FLEET}chaos: [{ at: chaos, for: 1s, fault: latency }]`,
      '4:9 chaos[0].with.delay is missing; How slow. Give a duration such as 8s.',
    ],
    [
      'a checker',
      `${FLEET}expect: [recoverd]`,
      "4:10 expect[0]: there is no checker 'recoverd'; did you mean 'recovered'?",
    ],
    [
      'a name of the file itself, given to a checker',
      `${FLEET}chaos: [{ at: chaos, for: 1s, fault: partition }]
expect: [{ recovered: { after: partition-2, within: 1s } }]`,
      "5:32 expect[0].recovered.after: there is no phase or fault 'partition-2'; " +
        "did you mean 'partition-1'?",
    ],
    [
      'a workflow',
      `${FLEET}workflows: [{ rollout: {} }]`,
      "4:15 workflows[0].rollout: there is no workflow 'rollout'; did you mean 'roll-out'?",
    ],
    [
      'one of several workflows of a kind',
      `${FLEET}workflows: [{ roll-out: [{ to: '2', rings: [{ share: 5% }] },
  { to: '3', rings: [{ share: 5% }], rinks: [] }] }]`,
      "5:38 there is no parameter 'rinks' in workflows[0].roll-out[1]; did you mean 'rings'?",
    ],
    [
      'several workflows that are none',
      `${FLEET}workflows: [{ roll-out: [] }]`,
      '4:25 workflows[0].roll-out must be a list of maps of parameters, one at least; ' +
        'write what roll-out takes, as a map: { KEY: VALUE }',
    ],
    [
      'a part',
      'fleet: [{ model: room, count: 1, parts: [update] }]',
      "3:42 fleet[0].parts[0]: there is no part 'update'; did you mean 'updates'?",
    ],
    [
      'a parameter of a part',
      'fleet: [{ model: room, count: 1, parts: [{ updates: { slots: 3 } }] }]',
      '3:62 fleet[0].parts[0].updates.slots must be at most 2; ',
    ],
    [
      'a signal that its model does not measure',
      'fleet: [{ model: room, count: 1, parts: [{ updates: { bands: { temprature: 1 } } }] }]',
      "3:64 fleet[0].parts[0].updates.bands.temprature: there is no signal 'temprature'; " +
        "did you mean 'temperature'?",
    ],
    [
      'a window that is no multiple of what its model takes between two samples',
      'fleet: [{ model: room, count: 1, parts: [{ updates: { window: 6s } }] }]',
      '3:63 fleet[0].parts[0].updates.window must be a multiple of every, which is 4s, not 6s; ' +
        'write 8s',
    ],
    [
      'a window that is no multiple of what its entry says',
      'fleet: [{ model: room, count: 1, every: 5s, parts: [{ updates: { window: 8s } }] }]',
      '3:74 fleet[0].parts[0].updates.window must be a multiple of every, which is 5s, not 8s; ' +
        'write 10s',
    ],
    [
      'a part that is there twice',
      'fleet: [{ model: room, count: 1, parts: [updates, { updates: {} }] }]',
      '3:51 fleet[0].parts has updates twice; ',
    ],
    [
      'a value deep inside',
      `${FLEET}workflows: [{ roll-out: { to: '2', rings: [{ share: 5%, wait: soon }] } }]`,
      "4:63 workflows[0].roll-out.rings[0].wait must be a duration such as 8s, not 'soon'; " +
        'write a number with a unit: 250ms, 8s',
    ],
    [
      'a name deep inside',
      `${FLEET}workflows: [{ roll-out: { to: '2', rings: [{ shar: 5%, share: 5% }] } }]`,
      "4:46 there is no parameter 'shar' in workflows[0].roll-out.rings[0]; did you mean 'share'?",
    ],
    [
      'a default id that somebody else has been given',
      `${FLEET}chaos: [{ at: chaos, for: 1s, fault: partition, id: partition-2 }, \
{ at: chaos, for: 1s, fault: partition }]`,
      "4:68 chaos[1]: two faults are called 'partition-2', this and chaos[0]; " +
        'give one of them another id',
    ],
  ];

  it.each(CASES)('is refused for %s', (_, rest, problem) => {
    expect(said(rest)).toEqual([problem]);
    // The same where the rest of the file is malformed.
    const among = said(rest, HEAD.replace('checked', '[]'));
    expect(among).toHaveLength(2);
    expect(among).toContain(problem);
  });
});

it('where no plug-ins are known, names of plug-ins are nobody’s business', () => {
  const text = `${HEAD}fleet: [{ model: any, count: 1, with: { x: 1 } }]\nworkflows: [some]\n`;
  expect(parseScenario(text, 'x.yaml').ok).toBe(true);
  const few = catalogOf({ fault: [] });
  expect(parseScenario(text, 'x.yaml', [], few).ok).toBe(true);
});
