/** What a workflow takes, in a file of its own: as if it stood there, and told by its place. */
import { describe, expect, it } from 'vitest';
import { fromModule, parseScenario } from '../parse.ts';
import { catalogOf, ROLL_OUT, wordsOf } from '../testing/words.ts';

const CATALOG = catalogOf({
  ...{ model: wordsOf('room'), fault: wordsOf('partition'), checker: wordsOf('no-acked-loss') },
  ...{ workflow: [ROLL_OUT], reporter: wordsOf('json') },
});

const SCENARIO = `twinstorm: 1
name: x
about: It names a file.
fleet: [{ model: room, count: 1 }]
workflows: [{ roll-out: waves.yaml }]
`;
const GOOD = "- { to: '2', rings: [{ share: 5% }] }\n- to: '3'\n  rings: [{ share: 9% }]\n";

function read(beside: string | null, scenario = SCENARIO) {
  return parseScenario(scenario, 'x.yaml', [], CATALOG, (name) =>
    name === 'waves.yaml' && beside !== null ? { file: 'in/waves.yaml', text: beside } : null,
  );
}

function told(beside: string | null, scenario = SCENARIO): string[] {
  const outcome = read(beside, scenario);
  return (outcome.ok ? [] : outcome.problems).map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
  );
}

it('is as if it stood in the scenario, and is found again by its place', () => {
  const outcome = read(GOOD);
  expect(outcome).toMatchObject({
    ok: true,
    scenario: {
      workflows: [
        { workflow: 'roll-out', with: { to: '2' }, place: 'workflows[0].roll-out[0]' },
        { workflow: 'roll-out', with: { to: '3' }, place: 'workflows[0].roll-out[1]' },
      ],
    },
  });
  expect(outcome.locate('workflows[0].roll-out[1].to')).toMatchObject({
    ...{ file: 'in/waves.yaml', line: 2, column: 7 },
  });
  expect(outcome.locate('fleet[0].count')).toMatchObject({ file: 'x.yaml', line: 4 });
  expect([...outcome.texts.keys()]).toEqual(['in/waves.yaml']);
  expect(read("to: '2'\nrings: [{ share: 5% }]\n")).toMatchObject({
    ...{ ok: true, scenario: { workflows: [{ place: 'workflows[0].roll-out' }] } },
  });
});

describe('says what is wrong', () => {
  it.each([
    ['a file that there is not', null, /^x\.yaml:5:25 there is no file waves\.yaml that can be re/],
    ['a key that there is not', GOOD.replace('  rings', '  rinks: []\n  rings'), WRONG_KEY],
    ['bad YAML', "to: '2'\nrings: }\n", /^in\/waves\.yaml:2:8 Unexpected flow-map-end/],
    ['a key twice', "to: '2'\nto: '3'\nrings: [{ share: 5% }]", /waves\.yaml:2:1 'to' is given tw/],
    ['another name in it', 'others.yaml', /^in\/waves\.yaml:1:1 .* must be a map of parameters/],
    ['nothing in it', '', /^in\/waves\.yaml:1:1 in\/waves\.yaml is empty/],
    [
      'a second document in it',
      `${GOOD}---\nto: '3'\n`,
      /^in\/waves\.yaml:\d+:1 a second document/,
    ],
    [
      'merged maps in it',
      "<<: { to: '3' }\nto: '2'\n",
      /^in\/waves\.yaml:1:1 maps are not merged here/,
    ],
    ['an empty list in it', '[]', /^in\/waves\.yaml:1:1 .*must be a list of maps/],
  ])('of %s, once', (_, beside, words) => {
    expect(told(beside)[0]).toMatch(words);
    expect(told(beside).filter((one) => words.test(one))).toHaveLength(1);
  });

  it('in both files at once, the scenario first', () => {
    const bad = SCENARIO.replace('about:', 'abuot:');
    const all = told(GOOD.replace('share: 9%', 'share: 900%'), bad).map((one) => one.slice(0, 12));
    expect([...new Set(all)]).toEqual([
      ...[expect.stringMatching(/^x\.yaml:/), expect.stringMatching(/^in\/waves/)],
    ]);
  });

  it('of a name where nothing can be read', () => {
    const outcome = parseScenario(SCENARIO, 'x.yaml', [], CATALOG);
    expect(outcome.ok ? [] : outcome.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('must be a map of parameters'),
    ]);
  });
});

const WRONG_KEY = /^in\/waves\.yaml:3:3 there is no parameter 'rinks' in workflows\[0\]\.roll-out/;

it('reads what a module names, too', () => {
  const value = {
    ...{ twinstorm: 1, name: 'x', about: 'y', fleet: [{ model: 'room', count: 1 }] },
    workflows: [{ 'roll-out': 'waves.yaml' }],
  };
  const read = (text: string) =>
    fromModule(value, 'x.ts', [], CATALOG, (name) => ({ file: name, text }));
  expect(read(GOOD).ok).toBe(true);
  const bad = read(GOOD.replace('rings', 'rinks'));
  expect(bad.ok ? [] : bad.problems).toMatchObject([{ file: 'waves.yaml', line: 1 }, {}]);
});
