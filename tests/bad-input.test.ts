/**
 * What a person or a machine gets wrong ends in one clear error, the documented exit code, no stack
 * trace, and nothing left behind: no process, no socket folder, no registry entry, and no run
 * directory when the error was known before anything started. Each case is a real command in a real
 * process, since that is what a script meets.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
let server: Server | null = null;
const sockets = new Set<Socket>();

beforeEach(() => {
  box = new Sandbox();
  box.write('good.yaml', scene());
});
afterEach(() => {
  box.close();
  for (const socket of sockets) socket.destroy();
  server?.close();
  server = null;
});

/** One error, in words, of the right kind, and a house as clean as before. */
function expectRefusal(ended: Ended, code: number, words: RegExp): void {
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toMatch(words);
  expect(ended.stderr).not.toMatch(/\n\s+at |fault of the harness|\[object|undefined/);
  box.expectClean();
}

const FAULT = '{ id: dark, at: chaos+1s, for: 1s, fault: partition }';

const withPart = (part: string): string =>
  `{ model: room-thermostat, count: 2, every: 500ms, parts: [{ ${part} }] }`;

const lying = (given: string): string =>
  scene({
    fleet: withPart('sensors'),
    chaos: [`{ id: lies, at: chaos, for: 1s, fault: sensor-offset, with: { ${given} } }`],
  });

/** What is written → what must be said of it. All of these are known before anything starts. */
const SCENARIOS: [what: string, text: string, words: RegExp][] = [
  [
    'a maintenance window in the past',
    scene({
      more: [
        'workflows: [{ ota: { to: 2.1.0, at: chaos, window: { from: steady, to: steady+1s } } }]',
      ],
    }),
    /bad\.yaml:9:72 .*the window is over[\s\S]*later moment/,
  ],
  [
    'a gate that lets 101 % fail',
    scene({ more: ['workflows: [{ ota: { to: 2.1.0, gate: { errors: 101% } } }]'] }),
    /gate\.errors[\s\S]*101/,
  ],
  [
    'a campaign that goes on and never paused',
    scene({ more: ['workflows: [{ ota: { to: 2.1.0, resume: chaos+1s } }]'] }),
    /bad\.yaml:9:41 .*nothing was paused/,
  ],
  ['malformed YAML', 'twinstorm: 1\nfleet: [ {\n', /bad\.yaml:\d+:\d+/],
  ['an empty file', '', /empty/],
  ['a wrong type', scene().replace('seed: 5', 'seed: many'), /bad\.yaml:4:\d+[\s\S]*seed/],
  [
    'an unknown key',
    scene({ more: ['fleets: []'] }),
    /bad\.yaml:\d+:\d+[\s\S]*fleets[\s\S]*did you mean 'fleet'/,
  ],
  [
    'a signal that the model does not measure, which would switch a dead-band off',
    scene({ fleet: withPart('dead-band: { bands: { temprature: 0.1 } }') }),
    /bad\.yaml:7:\d+[\s\S]*no signal 'temprature'[\s\S]*did you mean 'temperature'/,
  ],
  [
    'a window that is no multiple of the interval',
    scene({ fleet: withPart('aggregate: { window: 1200ms, signals: [temperature] }') }),
    /bad\.yaml:7:\d+[\s\S]*window must be a multiple of every, which is 500ms[\s\S]*write 1s/,
  ],
  [
    'a key that is not built yet',
    scene({ more: ['agents: {}'] }),
    /agents[\s\S]*not (?:built|part)/,
  ],
  [
    'a fault on a bus where nobody stands behind a gateway',
    scene({ chaos: ['{ id: off, at: chaos, for: 1s, fault: child-lost }'] }),
    /bad\.yaml:\d+:\d+[\s\S]*off selects nobody behind a gateway/,
  ],
  [
    'a fault on a bus that a gateway does not have',
    scene({
      fleet:
        '{ id: gates, model: gateway, count: 1 }\n  - { id: kids, model: room-thermostat, count: 2, per: gateway, via: gates }',
      chaos: ['{ id: off, at: chaos, for: 1s, fault: bus-loss }'],
    }),
    /bad\.yaml:\d+:\d+[\s\S]*acts on a bus, and kids\S+ stands on none/,
  ],
  [
    'a fault of a flash that no device has',
    scene({ chaos: ['{ id: rots, at: chaos, for: 1s, fault: bit-rot }'] }),
    /bad\.yaml:\d+:\d+[\s\S]*acts on a part of a device, and \S+ has none that feels it/,
  ],
  [
    'a sensor that is to lie of what nobody measures',
    lying('signal: temprature'),
    /bad\.yaml:\d+:\d+[\s\S]*measures no temprature[\s\S]*did you mean 'temperature'/,
  ],
  [
    'a sensor that is to lie by nothing',
    lying('by: 0'),
    /bad\.yaml:\d+:\d+[\s\S]*says what there is[\s\S]*help: write how much/,
  ],
  [
    'a sensor that is to lie where none can',
    scene({ chaos: ['{ id: lies, at: chaos, for: 1s, fault: sensor-stuck }'] }),
    /bad\.yaml:\d+:\d+[\s\S]*has none that feels it[\s\S]*write parts: \[sensors\]/,
  ],
  [
    'a fault before the gate',
    scene({ chaos: [FAULT.replace('chaos+1s', 'steady')] }),
    /the steady-state gate closes/,
  ],
  [
    'a fault that outlasts the chaos phase',
    scene({ chaos: [FAULT.replace('for: 1s', 'for: 9s')] }),
    /after the chaos phase ends/,
  ],
  [
    'an unknown fault',
    scene({ chaos: [FAULT.replace('partition', 'partitoin')] }),
    /no fault 'partitoin'[\s\S]*'partition'/,
  ],
  [
    'an unknown checker',
    scene({ expect: ['no-aked-loss'] }),
    /no checker 'no-aked-loss'[\s\S]*'no-acked-loss'/,
  ],
  [
    'an unknown workflow',
    scene({ more: ['workflows: [no-such]'] }),
    /bad\.yaml:\d+:\d+[\s\S]*no workflow 'no-such'[\s\S]*help:/,
  ],
  [
    'a fault that nobody carries, named to a checker',
    scene({ chaos: [FAULT], expect: ['{ recovered: { after: drak, within: 1s } }'] }),
    /bad\.yaml:\d+:\d+[\s\S]*no (?:phase or )?fault 'drak'[\s\S]*'dark'/,
  ],
  [
    'an unknown model',
    scene({ fleet: '{ model: room-termostat, count: 3 }' }),
    /no (?:device )?model 'room-termostat'[\s\S]*'room-thermostat'/,
  ],
  [
    'a selector that fits nobody',
    scene({ chaos: [FAULT.replace(' }', ', where: { region: mars } }')] }),
    /no region 'mars'/,
  ],
  [
    'a target that cannot be killed',
    scene({
      chaos: [FAULT.replace('partition', 'broker-kill')],
      more: ['target: mqtt://127.0.0.1:1883'],
    }),
    /no hands/,
  ],
  [
    'a plug-in that is not there',
    scene({ more: ['plugins: [./mine.ts]'] }),
    /bad\.yaml:\d+:\d+[\s\S]*there is no plug-in mine\.ts[\s\S]*help/,
  ],
];

/** A scenario that is a module: what is wrong with it is its author's as well. */
const MODULES: [what: string, text: string, words: RegExp][] = [
  ['does not parse', 'export default { twinstorm: 1,', /bad\.ts:1 cannot be loaded/],
  ['throws', "\nthrow new Error('on purpose');", /bad\.ts:2:\d+ cannot be loaded: on purpose/],
  ['needs what is not there', "import './none.ts';", /bad\.ts cannot be loaded[\s\S]*none\.ts/],
  ['exports nothing', 'export const x = 1;', /the scenario is empty/],
  ['exports a function', 'export default () => ({});', /must be a map of keys/],
];

const FLAGS: [what: string, args: string[], words: RegExp][] = [
  ['a file that is not there', ['run', 'none.yaml'], /no file none\.yaml/],
  ['a folder without a scenario', ['plan', 'tmp'], /no scenario matches tmp[\s\S]*first key/],
  ['a glob that matches nothing', ['run', 'none*.yaml'], /no scenario matches/],
  [
    'a tag that no scenario has',
    ['run', '.', '--repeat', '2', '--tag', 'none'],
    /no scenario has the tag/,
  ],
  ['nothing to validate', ['validate', 'none*.yaml'], /no scenario matches/],
  [
    'a number of devices that is none',
    ['doctor', '--devices', 'many'],
    /--devices takes a whole number, not 'many'/,
  ],
  ['an unknown command', ['rum', 'good.yaml'], /unknown command[\s\S]*run/],
  ['an unknown flag', ['run', 'good.yaml', '--sede', '1'], /unknown option[\s\S]*--seed/],
  [
    'a seed that is no number',
    ['run', 'good.yaml', '--seed', 'x'],
    /--seed takes a whole number, not 'x'/,
  ],
  ['a gear that does not exist', ['run', 'good.yaml', '--gear', 'fast'], /gear/],
  ['no devices', ['run', 'good.yaml', '--devices', '0'], /devices/],
  ['an override without a value', ['run', 'good.yaml', '--set', 'seed'], /seed/],
  ['an override of nothing', ['run', 'good.yaml', '--set', 'flet[0].count=3'], /flet/],
  [
    'an unknown mutant',
    ['run', 'good.yaml', '--mutant', 'telemetry-loses-aked-row'],
    /no mutant 'telemetry-loses-aked-row'[\s\S]*mean 'telemetry-loses-acked-row'/,
  ],
  [
    'a mutant by the name that it had',
    ['run', 'good.yaml', '--mutant', 'drops-command'],
    /no mutant 'drops-command'[\s\S]*mean 'commands-drops-some'/,
  ],
  [
    'a plug-in that is nowhere',
    ['run', 'good.yaml', '--plugin', 'no/mine.ts'],
    /there is no plug-in no\/mine\.ts[\s\S]*help[\s\S]*--plugin/,
  ],
  [
    'a plug-in that is called almost so',
    ['run', 'good.yaml', '--plugin', 'good.yml'],
    /there is no plug-in good\.yml[\s\S]*did you mean 'good\.yaml'/,
  ],
  [
    'a target of an unknown scheme',
    ['run', 'good.yaml', '--target', 'gopher://127.0.0.1'],
    /gopher|mqtt/,
  ],
  [
    'somebody else’s target',
    ['run', 'good.yaml', '--target', 'mqtt://192.0.2.1'],
    /--i-own-this-target/,
  ],
  [
    'a name that only looks like this machine',
    ['run', 'good.yaml', '--target', 'mqtt://127.example.com'],
    /127\.example\.com is not this machine[\s\S]*--i-own-this-target/,
  ],
  [
    'a sim run against a real target',
    ['run', 'good.yaml', '--gear', 'sim', '--target', 'mqtt://127.0.0.1'],
    /sim/,
  ],
];

describe('before anything starts, exit 3', () => {
  it.each(SCENARIOS)('%s', async (_, text, words) => {
    box.write('bad.yaml', text);
    expectRefusal(await box.run('run', 'bad.yaml', '--out', 'run'), 3, words);
    expect(existsSync(box.path('run'))).toBe(false);
  });

  it.each(MODULES)('a module that %s', async (_, text, words) => {
    box.write('bad.ts', text);
    expectRefusal(await box.run('run', 'bad.ts', '--out', 'run'), 3, words);
    expect(existsSync(box.path('run'))).toBe(false);
  });

  it.each(FLAGS)('%s', async (_, args, words) => {
    expectRefusal(await box.run(...args), 3, words);
    expect(existsSync(box.path('reports'))).toBe(false);
  });

  it('says everything that is wrong at once', async () => {
    box.write('bad.yaml', scene({ expect: ['nope-a'], chaos: [FAULT, FAULT], more: ['mor: 1'] }));
    const text = scene({ chaos: [FAULT, FAULT], more: ['mor: 1'] });
    box.write('bad.yaml', text.replace('seed: 5', 'seed: x'));
    const file = await box.run('validate', 'bad.yaml', 'good.yaml');
    expect(file.code).toBe(3);
    expect(file.stdout).toMatch(/good\.yaml\s+ok/);
    for (const word of ["called 'dark'", 'mor', 'seed', '3 problems'])
      expect(file.stderr).toContain(word);
    // Names are known to be wrong although the rest is, and although a plug-in is brought.
    box.write('mine.ts', "export default { kind: 'mine', summary: '', file: 'x', render: 1 };");
    box.write('bad.yaml', scene({ expect: ['nope'], more: ['plugins: [./mine.ts]', 'mor: 1'] }));
    const plugin = await box.run('validate', 'bad.yaml');
    for (const word of ['mor', 'summary must be text', 'render must be a function'])
      expect(plugin.stderr).toContain(word);
    const sound = "export default { kind: 'mine', summary: 's', file: 'x', render: () => '' };";
    box.write('mine-too.ts', sound);
    const brings = ['plugins: [./mine-too.ts]', 'mor: 1'];
    box.write('bad.yaml', scene({ expect: ['nope'], more: brings }));
    const both = await box.run('validate', 'bad.yaml');
    for (const word of ['mor', "no checker 'nope'", '2 problems'])
      expect(both.stderr).toContain(word);
    box.write('bad.yaml', scene({ expect: ['nope-a', 'nope-b'] }));
    const names = await box.run('validate', 'bad.yaml');
    for (const word of ['nope-a', 'nope-b', '2 problems']) expect(names.stderr).toContain(word);
  });

  const PLUGINS: [what: string, text: string, words: RegExp][] = [
    ['does not parse', 'export default {', /bad\.yaml:\d+:\d+[\s\S]*mine\.ts:1 cannot be loaded/],
    ['throws', "throw new Error('broken on purpose');", /broken on purpose/],
    ['exports nothing', 'export const x = 1;', /no default export/],
    [
      'has the name of a built-in',
      "export default { kind: 'no-phantom', judges: 'always' };",
      /'no-phantom' has the name of one that is there already/,
    ],
    ['is nothing we know', "export default { kind: 'thing' };", /neither model, fault/],
    [
      'calls itself what nobody is',
      "export default { kind: 'thing', family: 'gadget' };",
      /calls itself a gadget/,
    ],
    [
      'is half of one',
      "export default { kind: 'half', summary: 'half', acts: 'link', inject: () => {} };",
      /bad\.yaml:\d+:\d+[\s\S]*the fault in mine\.ts is malformed: params is missing[\s\S]*resolve is missing[\s\S]*defineFault/,
    ],
    [
      'names a checker that nobody is',
      `export default { kind: 'slips', summary: 's', caughtBy: 'no-aked-loss', scenario: 's',
        plant: () => ({}) };`,
      /bad\.yaml:\d+:\d+[\s\S]*caughtBy names no checker[\s\S]*did you mean 'no-acked-loss'/,
    ],
  ];
  it('two plug-ins in files of one name', async () => {
    for (const folder of ['a', 'b'])
      box.write(`${folder}/mine.ts`, `export default { kind: 'of-${folder}', render: () => '' };`);
    box.write('bad.yaml', scene({ more: ['plugins: [./a/mine.ts, ./b/mine.ts]'] }));
    const words = /bad\.yaml:\d+:\d+[\s\S]*two plug-ins have the file name mine\.ts/;
    expectRefusal(await box.run('run', 'bad.yaml', '--out', 'run'), 3, words);
  });

  it.each(PLUGINS)('a plug-in that %s', async (_, text, words) => {
    box.write('mine.ts', text);
    box.write('bad.yaml', scene({ more: ['plugins: [./mine.ts]'] }));
    expectRefusal(await box.run('run', 'bad.yaml', '--out', 'run'), 3, words);
    expect(existsSync(box.path('run'))).toBe(false);
  });
});

const against = (target: string): Promise<Ended> =>
  box.run('run', 'good.yaml', '--out', 'run', '--quiet', '--target', target);

describe('what the world refuses, exit 4', () => {
  it('a broker that nobody runs', async () => {
    const { port } = await listen(() => {});
    await new Promise((resolve) => server?.close(resolve));
    const ended = await against(`mqtt://127.0.0.1:${port}`);
    expectRefusal(ended, 4, /nothing accepts connections at 127\.0\.0\.1:\d+[\s\S]*help/);
  });

  it('a port where something else listens and stays silent', async () => {
    const { port } = await listen(() => {});
    const ended = await against(`mqtt://127.0.0.1:${port}`);
    expectRefusal(ended, 4, /127\.0\.0\.1:\d+/);
  });

  it('a port where something else listens and talks nonsense', async () => {
    const { port } = await listen((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const ended = await against(`mqtt://127.0.0.1:${port}`);
    expectRefusal(ended, 4, /127\.0\.0\.1:\d+/);
  });

  it('a binary that is not installed', async () => {
    const ended = await against('process:nosuchbroker');
    expectRefusal(ended, 4, /no nosuchbroker on the PATH[\s\S]*help/);
  });

  it('a binary that is no broker we know', async () => {
    const ended = await against('process:sh');
    expectRefusal(ended, 4, /not a broker this version knows/);
  });

  it('a certificate that is not there, and one that is none', async () => {
    const { port } = await listen(() => {});
    box.write('empty.pem', 'no certificate\n');
    for (const ca of ['nosuch.pem', 'empty.pem']) {
      const target = `target: { url: 'mqtts://127.0.0.1:${port}', ca: ${ca} }`;
      box.write('secure.yaml', scene({ more: [target] }));
      const ended = await box.run('run', 'secure.yaml', '--out', 'run', '--quiet');
      expectRefusal(ended, 4, new RegExp(`${ca} cannot be used as target\\.ca[\\s\\S]*help`));
      // A replay looks for it where the run did, beside the scenario.
      const again = await box.run('replay', 'run', '--out', 'again', '--quiet');
      expect(again).toMatchObject({ code: 4, stderr: ended.stderr });
    }
  });

  it('a list of runs that cannot be written', async () => {
    box.write('state', 'a file where a folder is needed');
    const ended = await box.run('run', 'good.yaml', '--gear', 'real', '--out', 'run', '--quiet');
    expectRefusal(ended, 4, /the list of runs in [\s\S]*cannot be written[\s\S]*XDG_STATE_HOME/);
  });

  it.each(['sim', 'real'])('an --out below a file, %s', async (gear) => {
    const ended = await box.run(
      'run',
      'good.yaml',
      '--gear',
      gear,
      '--out',
      'good.yaml/run',
      '--quiet',
    );
    expectRefusal(ended, 4, /good\.yaml\/run[\s\S]*--out/);
  });

  it('an --out that may not be written', async () => {
    const locked = new SmallDisk(box.path('locked'), 'size=64k,ro');
    if (!locked.mounted) chmodSync(box.path('locked'), 0o500);
    try {
      const ended = await box.run('run', 'good.yaml', '--out', 'locked/run', '--quiet');
      expectRefusal(ended, 4, /locked\/run[\s\S]*(?:read-only|cannot be written)[\s\S]*--out/);
    } finally {
      locked.unmount();
    }
  });

  it.each(['plan.json', 'result.json'])('a disk that is full when %s is written', async (name) => {
    mkdirSync(box.path('run'));
    symlinkSync('/dev/full', box.path('run', `${name}.part`));
    const ended = await box.run('run', 'good.yaml', '--out', 'run', '--quiet');
    expectRefusal(ended, 4, /the disk is full \(ENOSPC\)[\s\S]*help/);
    expect(existsSync(box.path('run', name))).toBe(false);
    expect(existsSync(box.path('run', `${name}.part`))).toBe(false);
  });

  it.for([
    ['sim', '160k'],
    ['real', '1600k'],
  ] as const)('a disk that fills up in the middle of a $0 run', async ([gear, size], context) => {
    const small = new SmallDisk(box.path('disk'), `size=${size}`);
    try {
      context.skip(!small.mounted, 'mounting a small disk needs the superuser');
      box.write('wordy.yaml', WORDY);
      const ended = await box.run(
        'run',
        'wordy.yaml',
        '--gear',
        gear,
        '--out',
        'disk/run',
        '--quiet',
      );
      // Whether a report still fits on it is luck; one that does calls the run invalid.
      expect(ended.stdout).toMatch(/^$|^\n INVALID {2}The run broke off at .*the disk is full/);
      expectRefusal({ ...ended, stdout: '' }, 4, /the disk is full[\s\S]*help/);
    } finally {
      small.unmount();
    }
  });

  it('a directory that is no run', async () => {
    mkdirSync(box.path('empty'));
    for (const command of ['judge', 'ledger', 'replay'])
      expectRefusal(await box.run(command, 'empty'), 4, /not a run directory[\s\S]*plan\.json/);
  });

  const DAMAGED = [
    '',
    '{',
    'null',
    '{}',
    '{"schema":"twinstorm.plan/9"}',
    '{"schema":"twinstorm.plan/1"}',
  ];
  it.each(DAMAGED)('a plan that somebody damaged: %j', async (text) => {
    box.write('hurt/plan.json', text);
    for (const command of ['judge', 'ledger', 'replay'])
      expectRefusal(
        await box.run(command, 'hurt'),
        4,
        /plan\.json (?:is damaged|has (?:no|the) schema)/,
      );
  });

  it('a segment of the ledger that somebody damaged: the others are still read', async () => {
    expect((await box.run('run', 'good.yaml', '--out', 'run', '--quiet')).code).toBe(0);
    box.write('run/ledger/harness.twl', 'TWLEDGER and nothing else');
    const lines = await box.run('ledger', 'run', '--op', 'acked');
    expect(lines).toMatchObject({ code: 0, stderr: expect.stringMatching(/^harness: left out/) });
    expect(lines.stdout).toContain('"op":"acked"');
    const judged = await box.run('judge', 'run');
    expect(judged).toMatchObject({ code: 4, stderr: '' });
    box.expectClean();
  });

  it('an --out whose ledger/ is somebody else’s', async () => {
    box.write('books/ledger/2026.csv', 'mine');
    const ended = await box.run('run', 'good.yaml', '--out', 'books', '--quiet');
    expectRefusal(ended, 4, /holds 2026\.csv[\s\S]*--out/);
    expect(existsSync(box.path('books', 'ledger', '2026.csv'))).toBe(true);
    box.write('file/ledger', 'a file, and not ours either');
    const file = await box.run('run', 'good.yaml', '--out', 'file', '--quiet');
    expectRefusal(file, 4, /a file stands where a directory is needed[\s\S]*--out/);
  });

  it.each([[[]], [['--force']]])(
    'an --out that holds what no run has written %j',
    async (force) => {
      const theirs = [
        'thesis/junit.xml',
        'thesis/chapter.md',
        'site/plan.json',
        'site/result.json',
      ];
      for (const name of theirs) box.write(name, '{ "mine": true }');
      const run = (out: string) => box.run('run', 'good.yaml', '--out', out, '--quiet', ...force);
      for (const [out, name] of [
        ['thesis', 'chapter\\.md'],
        ['site', 'plan\\.json'],
      ] as const)
        expectRefusal(await run(out), 3, new RegExp(`${name}[\\s\\S]*help: .*--out`));
      for (const name of theirs) expect(readFileSync(box.path(name), 'utf8')).toContain('mine');
    },
  );

  it('an --out of several runs whose page is somebody else’s', async () => {
    box.write('site/index.html', '<title>mine</title>');
    const flags = ['--repeat', '2', '--out', 'site', '--quiet'];
    expectRefusal(await box.run('run', 'good.yaml', ...flags), 3, /site\/index\.html[\s\S]*--out/);
    expect(readFileSync(box.path('site/index.html'), 'utf8')).toBe('<title>mine</title>');
    expect(readdirSync(box.path('site'))).toEqual(['index.html']);
  });

  it('a place for a first scenario that cannot be made', async () => {
    expectRefusal(await box.run('init', 'good.yaml'), 4, /good\.yaml[\s\S]*twinstorm init <dir>/);
  });
});

/** Enough messages that the ledger outgrows the disk before the run ends. */
const WORDY = scene({
  time: '{ warmup: 2s, steady: 4s, chaos: 4s, settle: 2s, drain: 1s }',
  fleet: '{ model: room-thermostat, count: 60, every: 50ms }',
});

/**
 * A file system of a few kilobytes: the honest way to run out of disk. Without the right to mount
 * it is a plain folder; the superuser, whom no mode stops, can always mount.
 */
class SmallDisk {
  readonly mounted: boolean;
  readonly #path: string;

  constructor(path: string, options: string) {
    this.#path = path;
    mkdirSync(path);
    const said = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
    this.mounted = said.status === 0;
  }

  unmount(): void {
    if (this.mounted) spawnSync('umount', ['-l', this.#path]);
  }
}

function listen(onSocket: (socket: Socket) => void): Promise<{ port: number }> {
  return new Promise((resolve) => {
    const fresh = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
      onSocket(socket);
    });
    server = fresh;
    fresh.listen(0, '127.0.0.1', () => resolve(fresh.address() as AddressInfo));
  });
}

afterAll(() => server?.close());
