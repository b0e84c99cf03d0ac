/**
 * What the author of a plug-in gets wrong is told as theirs: under the name of the plug-in, with the
 * place in its file and a way out where there is one, and never as a fault of ours or of the target.
 */
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

/** A part that every device has; each case bends it. */
const part = (more: string, start = '{}'): string =>
  `export default { family: 'part', kind: 'mine', summary: 's', fits: () => true,
  streams: [{ name: 'mine-said', way: 'up', schedule: { by: 'event' } }],
  ops: { 'mine/said': { device: 'device', n: 'count' } },
  ${more}
  start: (device) => (${start}),
};
`;
const workflow = (start: string): string =>
  `export default { family: 'workflow', kind: 'mine', summary: 's', params: {},
  ops: { 'mine/done': { n: 'count' } },
  resolve: () => ({ resolved: null, streams: [{ name: 'mine-ask', way: 'down', schedule: {
    by: 'rounds', firstAt: 3000, everyMs: 500, devices: [{ device: 0, offsetMs: 0 }] } }] }),
  start: (ports) => {
    ${start}
    return { stop() {}, account() {}, async end() {} };
  },
};
`;
const checker = (more: string): string =>
  `export default { family: 'checker', kind: 'mine', title: 't', refs: [], summary: 's',
  judges: 'always', broken: 'fail', params: {}, applies: () => true,
  start: () => ({ ops: [], end: () => ({ obligations: 1, decided: 1, findings: [],
    findingCount: 0, figures: {} }) }),
  say: () => 'said',
  ${more}
};
`;
const mutant = (sits: string, plant: string): string =>
  `export default { family: 'mutant', kind: 'mine', summary: 's', caughtBy: 'in-order',
  scenario: 's', sits: '${sits}', plant: () => { ${plant} } };
`;

const model = (sample: string): string =>
  `export default { family: 'model', kind: 'mine', summary: 's', params: {}, everyMs: 1000,
  commands: {}, signals: { level: { about: 'How far.', unit: 'cm', low: 0, high: 10, step: 1 } },
  start: () => ({ sample: (t, n) => (n < 3 ? { level: 1 } : ${sample}), truth: () => ({}),
    command: () => false, power() {} }) };
`;
const MODEL = '{ id: rooms, model: mine, count: 3, every: 500ms }';

const MUTANT = ['--mutant', 'mine'];
const ASKED = ['workflows: [mine]'];

interface Case {
  text: string;
  code: number;
  words: RegExp;
  flags?: readonly string[];
  more?: readonly string[];
  fleet?: string;
  /** Files that lie beside it. */
  beside?: Readonly<Record<string, string>>;
}

const CASES: Record<string, Case> = {
  'a stream that replies to a misspelled one': {
    text: part('takes: () => [],').replace("{ by: 'event' }", "{ by: 'reply', to: 'comand' }"),
    code: 3,
    words: /the part mine.*'mine-said' replies to 'comand'[\s\S]*did you mean 'command'\?/,
    more: ['commands: { every: 1s }'],
  },
  'a part that throws in fits': {
    text: part("fits: () => { throw new Error('on purpose'); },"),
    code: 4,
    words: /the part mine threw in fits: on purpose\n.*mine\.ts:\d+/,
  },
  'a part that throws in takes': {
    text: part("takes: () => { throw new Error('on purpose'); },"),
    code: 4,
    words: /the part mine threw in takes: on purpose\n.*mine\.ts:\d+/,
  },
  'a part that throws in start': {
    text: part('', "(() => { throw new Error('on purpose'); })()"),
    code: 4,
    words: /the part mine threw in start: on purpose\n.*mine\.ts:\d+/,
  },
  'a part that asks for a stream that is none': {
    text: part('', "{ online() { device.code('mine-sad'); } }"),
    code: 4,
    words:
      /the part mine, in online: .*no stream 'mine-sad'.*\n.*did you mean 'mine-said'\?.*mine\.ts:\d+/,
  },
  'a part that sends what it does not bring': {
    text: part('', '{ online() { device.send({ stream: 99, n: 0, values: {} }); } }'),
    code: 4,
    words: /the part mine, in online: .*number 0 of stream 99.*\n.*mine\.ts:\d+/,
  },
  'a part that sends two messages under one number': {
    text: part(
      '',
      `{ online() {
        const stream = device.code('mine-said');
        for (const x of [1, 2]) device.send({ stream, n: 0, values: { x } });
      } }`,
    ),
    code: 4,
    words:
      /the part mine, in online: .*number 0 of stream mine-said, and the next is 1\n.*from 0, one by one.*mine\.ts:\d+/,
  },
  'a hook of a part that returns a promise': {
    text: part('', "{ async online() { throw new Error('on purpose'); } }"),
    code: 4,
    words: /the part mine, in online: it returned a promise, and hooks are synchronous/,
  },
  'a part with a timer of its own that throws': {
    text: part('', "{ online() { setTimeout(() => { throw new Error('on purpose'); }, 0); } }"),
    code: 4,
    words: /a plug-in threw where nobody caught it: on purpose\n.*mine\.ts:\d+/,
  },
  'in a process of its own, a part with a timer of its own that throws': {
    text: part('', "{ online() { setTimeout(() => { throw new Error('on purpose'); }, 0); } }"),
    code: 4,
    words: /a plug-in threw where nobody caught it: on purpose\n.*mine\.ts:\d+/,
    flags: ['--gear', 'real'],
  },
  'a promise of a part that nobody waits for': {
    text: part('', "{ online() { void Promise.reject(new Error('on purpose')); } }"),
    code: 4,
    words: /a plug-in threw where nobody caught it: on purpose\n.*mine\.ts:\d+/,
  },
  'a part that writes an op that nobody declares': {
    text: part('', "{ online() { device.write('mine/sad', { n: 1 }); } }"),
    code: 4,
    words:
      /the part mine, in online: .*no op 'mine\/sad'.*\n.*did you mean 'mine\/said'\?.*mine\.ts:\d+/,
  },
  'a part that leaves a field of its op out': {
    text: part('', "{ online() { device.write('mine/said', {}); } }"),
    code: 4,
    words: /the part mine, in online: .*mine\/said.* n\b.*\n.*mine\.ts:\d+/,
  },
  'in a process of its own, a part that throws when its time has come': {
    text: part('', "{ online() { device.at(0, { fire() { throw new Error('on purpose'); } }); } }"),
    code: 4,
    words: /the part mine threw in fire: on purpose\n.*mine\.ts:\d+/,
    flags: ['--gear', 'real'],
  },
  'a part that throws when its time has come': {
    text: part('', "{ online() { device.at(0, { fire() { throw new Error('on purpose'); } }); } }"),
    code: 4,
    words: /the part mine threw in fire: on purpose\n.*mine\.ts:\d+/,
  },
  'a model that measures what is no number': {
    text: model('{ level: Number.NaN }'),
    code: 4,
    words:
      /the model mine, in sample 3: level is NaN, .*finite number.*\n.*check-plugin.*mine\.ts:1/,
    fleet: MODEL,
  },
  'in a process of its own, a model that measures what it does not declare': {
    text: model('{ level: 1, levle: 2 }'),
    code: 4,
    words:
      /the model mine, in sample 3: .*no signal 'levle'.*\n.*did you mean 'level'\?.*mine\.ts:1/,
    fleet: MODEL,
    flags: ['--gear', 'real'],
  },
  'a hook of a part that is misspelled': {
    text: part('', '{ onilne() {} }'),
    code: 4,
    words: /the part mine.* 'onilne'.*\n.*did you mean 'online'\?/,
  },
  'a field of a part that is misspelled': {
    text: part('seems: [],'),
    code: 3,
    words: /the part in mine\.ts is malformed: .*'seems'.*did you mean 'seams'/,
  },
  'a field of a stream that is misspelled': {
    text: part('').replace("way: 'up'", "way: 'up', retianed: true"),
    code: 3,
    words: /the part in mine\.ts is malformed: .*streams\[0\].*'retianed'.*did you mean 'retained'/,
  },
  'a field of a parameter that is misspelled': {
    text: part("params: { often: { kind: 'integer', about: 'a', defualt: 1 } },"),
    code: 3,
    words: /is malformed: .*params\.often.*'defualt'.*did you mean 'default'/,
  },
  'a workflow that sends rounds nobody laid out': {
    text: workflow("ports.rounds('mine-aks', () => ({}));"),
    code: 4,
    words:
      /the workflow mine, in start: .*no stream 'mine-aks'.*\n.*did you mean 'mine-ask'\?.*mine\.ts:\d+/,
    more: ASKED,
  },
  'a workflow that sends in rounds what has none': {
    text: workflow("ports.rounds('telemetry', () => ({}));"),
    code: 4,
    words: /the workflow mine, in start: .*'telemetry' has no rounds.*\n.*mine-ask/,
    more: ASKED,
  },
  'a workflow that throws when a message is made': {
    text: workflow("return ports.rounds('mine-ask', () => { throw new Error('on purpose'); });"),
    code: 4,
    words: /the workflow mine threw in rounds: on purpose\n.*mine\.ts:\d+/,
    more: ASKED,
  },
  'a workflow that throws when its time has come': {
    text: workflow("ports.wheel.add(3000, { fire() { throw new Error('on purpose'); } });"),
    code: 4,
    words: /the workflow mine threw in fire: on purpose\n.*mine\.ts:\d+/,
    more: ASKED,
  },
  'a workflow that writes an op that nobody declares': {
    text: workflow("ports.ledger.write('mine/don', { n: 1 });"),
    code: 4,
    words: /the workflow mine, in start: .*no op 'mine\/don'.*\n.*did you mean 'mine\/done'\?/,
    more: ASKED,
  },
  'a workflow without a hook that it must have': {
    text: workflow('return { stop() {}, acount() {}, async end() {} };'),
    code: 4,
    words: /the workflow mine.* 'acount'.*\n.*did you mean 'account'\?/,
    more: ASKED,
  },
  'a checker that throws in what it says': {
    text: checker("say: () => { throw new Error('on purpose'); },"),
    code: 2,
    words: /mine: The checker failed: on purpose, at mine\.ts:6 \(in say\)/,
  },
  'a checker that throws in its label': {
    text: checker("label: () => { throw new Error('on purpose'); },"),
    code: 2,
    words: /mine: The checker failed: on purpose, at mine\.ts:6 \(in label\)/,
  },
  'a checker that throws at the end of a lane': {
    text: checker('').replace(
      'obligations: 1',
      "obligations: (() => { throw new Error('on purpose'); })()",
    ),
    code: 2,
    words: /mine: The checker failed: on purpose, at mine\.ts:3\./,
  },
  'a plug-in of today in a folder of CommonJS': {
    text: part(''),
    code: 3,
    words:
      /the plug-in mine\.ts:1 cannot be loaded: [\s\S]*help: .*"type": "module".*package\.json/,
    beside: { 'package.json': '{ "type": "commonjs" }' },
  },
  'a hook of a checker that is misspelled': {
    text: checker('').replace('ops: [], end', 'ops: [], setp() {}, end'),
    code: 2,
    words: /mine: The checker failed: .*'setp'.*did you mean 'step'/,
  },
  'a mutant of the platform that throws when it is planted': {
    text: mutant('platform', "throw new Error('on purpose');"),
    code: 4,
    words: /the mutant mine threw in plant: on purpose\n.*mine\.ts:\d+/,
    flags: MUTANT,
  },
  'a mutant of the devices that throws when it is planted': {
    text: mutant('device', "throw new Error('on purpose');"),
    code: 4,
    words: /the mutant mine threw in plant: on purpose\n.*mine\.ts:\d+/,
    flags: MUTANT,
  },
  'a mutant with a seam that no part of the platform has': {
    text: mutant('platform', 'return { stoore: () => [] };'),
    code: 3,
    words: /no part of the platform has the seam 'stoore'.*\n.*did you mean 'store'\?/,
    flags: MUTANT,
  },
};

it.each(Object.entries(CASES))('%s', async (_, one) => {
  const { text, code, words, flags = [], more = [], fleet, beside = {} } = one;
  box.write('mine.ts', text);
  for (const [name, written] of Object.entries(beside)) box.write(name, written);
  const wish = { more: ['plugins: [./mine.ts]', ...more] };
  box.write('own.yaml', scene(fleet === undefined ? wish : { ...wish, fleet }));
  const ended = await box.run('run', 'own.yaml', '--out', 'run', '--quiet', ...flags);
  const said = ended.stderr + ended.stdout;
  expect(ended.code, said).toBe(code);
  expect(said).toMatch(words);
  expect(said).not.toMatch(/\n\s+at |fault of the harness|broken invariant|undefined/);
  // What broke off in the middle is judged as far as it went, and never as more than invalid.
  const verdict = existsSync(box.path('run', 'result.json')) ? box.result('run').verdict : 'none';
  expect(code === 2 ? ['unknown'] : ['none', 'invalid']).toContain(verdict);
  box.expectClean();
});
