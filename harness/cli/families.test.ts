/**
 * Every family of plug-ins: its own kinds are sound, a malformed one of it is refused where it is
 * found, with its file, with all that is wrong and with a way out, and its words are its own.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFault } from '#chaos';
import { defineDevice, defineDeviceMutant, definePart } from '#devices';
import { loadCatalog, type PluginCatalog } from '#harness';
import { AuthorError, type Family, type Plugin } from '#kernel';
import { defineOracle } from '#oracles';
import { defineMutant, defineService } from '#platform';
import { defineChapter, defineChecker, defineHops, defineProof, defineReporter } from '#reports';
import { defineCodec } from '../dialects/codec.ts';
import { defineDialect } from '../dialects/dialect.ts';
import { defineBroker } from '../targets/broker.ts';
import { defineProxy } from '../targets/proxy.ts';
import { defineTarget } from '../targets/target.ts';
import { defineWorkflow } from '../workflows/workflow.ts';
import { FAMILIES, wholeCatalog } from './families.ts';

const families: readonly Family[] = FAMILIES;
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'families-'));
let catalog: PluginCatalog;
beforeAll(async () => {
  catalog = await wholeCatalog();
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function refused(files: readonly string[], among = catalog): Promise<AuthorError> {
  const outcome = await among.with(files).catch((error: unknown) => error);
  if (outcome instanceof AuthorError) return outcome;
  throw new Error('was taken');
}

it('no two families share a word, and each has a folder', () => {
  const words = families.flatMap(({ plural, also }) => [plural, ...also]);
  expect(new Set(words).size).toBe(words.length);
  expect(new Set(families.map(({ family }) => family)).size).toBe(families.length);
  for (const one of families) {
    for (const name of one.folders) expect(existsSync(join(root, name)), name).toBe(true);
  }
});

it('each define… stamps the family that the table knows it by', () => {
  const made: Record<string, (plugin: never) => Plugin> = {
    defineDevice,
    definePart,
    defineFault,
    defineChapter,
    defineChecker,
    defineHops,
    defineMutant,
    defineService,
    defineReporter,
    defineProof,
    defineOracle,
    defineDialect,
    defineCodec,
    defineBroker,
    defineProxy,
    defineTarget,
    defineWorkflow,
  };
  for (const [name, define] of Object.entries(made)) {
    const known = families.find((one) => one.define === name);
    expect(define({ kind: 'x' } as never).family, name).toBe(known?.family);
  }
});

describe.each(families)('the family $family', (family) => {
  const missing = (plugin: object): string[] =>
    family.check(plugin).filter((flaw) => flaw.endsWith(' is missing'));

  it('finds nothing wrong with its own kinds, of which each is known as one', () => {
    for (const plugin of catalog.of(family).values()) {
      expect(family.check(plugin), plugin.kind).toEqual([]);
      expect(plugin.family ?? family.family).toBe(family.family);
      for (const [field, other] of Object.entries(family.names)) {
        const named = [(plugin as unknown as Record<string, unknown>)[field] ?? []].flat();
        // A half of an oracle goes by the name of the whole.
        const given = named.map((one) => String(one).replace(/\/fleet$/, ''));
        expect([...(catalog.words(other)?.keys() ?? [])]).toEqual(expect.arrayContaining(given));
      }
      const { family: _, ...older } = plugin;
      const known = catalog.familyOf(older)?.family;
      expect(family.resembles(older) ? known : family.family).toBe(family.family);
    }
  });

  it('misses every field that is not there, and takes no kind that is no name', () => {
    const empty = missing({ kind: 'half' });
    expect(empty.length).toBeGreaterThan(0);
    for (const plugin of catalog.of(family).values()) {
      for (const flaw of empty) {
        const name = flaw.split(' ')[0] ?? '';
        expect(missing({ ...plugin, [name]: undefined })).toEqual([flaw]);
        expect(family.check({ ...plugin, [name]: null }).length).toBeGreaterThan(0);
      }
      for (const kind of ['Half', 'half done', '-half', '', 7])
        expect(family.check({ ...plugin, kind })[0]).toMatch(
          /^kind must be a text of lower-case words/,
        );
    }
    expect(family.check(null)).toEqual(['is empty, and must be an object']);
  });

  it('takes a field that nobody knows for misspelled', () => {
    for (const plugin of catalog.of(family).values()) {
      expect(family.check({ ...plugin, sumary: 's' })).toEqual([
        "has an unknown field 'sumary', did you mean 'summary'?",
      ]);
    }
  });

  it('refuses a malformed one with its file, all that is wrong and a way out', async () => {
    const name = `half-${family.family}.ts`;
    const text = `export default { family: '${family.family}', kind: 'half' };`;
    const { problems } = await refused([file(name, text)]);
    const flaws = missing({ kind: 'half' });
    expect(problems).toHaveLength(flaws.length);
    for (const [index, flaw] of flaws.entries()) {
      expect(problems[index]?.message).toContain(`the ${family.family} in `);
      expect(problems[index]?.message).toContain(`${name} is malformed: ${flaw}`);
      expect(problems[index]?.hint).toContain(family.define);
    }
  });

  it('does not start with a malformed one of ours', async () => {
    mkdirSync(join(folder, family.family));
    file(`${family.family}/half.ts`, `export default { kind: 'half' };`);
    const planted = { ...family, folders: [relative(root, join(folder, family.family))] };
    await expect(loadCatalog([planted])).rejects.toThrow(/half: \w+ is missing/);
  });
});

const report = (kind: string, more = ''): string =>
  `${more}\nexport default { kind: '${kind}', summary: 's', file: 'f', render: () => '' };`;

describe("a user's own files", () => {
  it('may be of several families, and import each other', async () => {
    file('words.ts', report('sibling', "export const said = 'a sibling';"));
    const fault = `import { said } from './words.ts';
      export default {
        family: 'fault', kind: 'sibling', summary: said, acts: 'link', params: {},
        resolve: () => ({}), inject: async () => async () => {},
      };`;
    const files = [file('fault.ts', fault), join(folder, 'words.ts')];
    const full = await catalog.with(files);
    expect(full.words('fault')?.get('sibling')?.summary).toBe('a sibling');
    expect(full.words('reporter')?.has('sibling')).toBe(true);
    expect(catalog.words('fault')?.has('sibling')).toBe(false);
    // A process that needs few families passes the others over.
    const few = await loadCatalog(
      families.filter(({ family }) => family === 'fault'),
      files,
    );
    expect(few.words('fault')?.has('sibling')).toBe(true);
    expect(few.words('reporter')).toBeUndefined();
  });

  it('never take the place of another, and are all judged at once', async () => {
    const files = [
      file('taken.ts', report('html')),
      file('first.ts', report('twice')),
      file('second.ts', report('twice')),
      file('thing.ts', "export default { kind: 'thing', family: 'gadget' };"),
      file('thrown.ts', "throw new Error('on purpose');"),
    ];
    const { message } = await refused(files);
    expect(message.split('\n')).toEqual([
      "the plug-in 'html' has the name of one that is there already",
      "the plug-in 'twice' has the name of one that is there already",
      expect.stringMatching(/'thing' is neither model, .* nor [a-z]+ but calls itself a gadget/),
      expect.stringMatching(/on purpose/),
    ]);
  });
});

describe('the names of others', () => {
  const checker = (kind: string, asks: string): string =>
    `export default { family: 'checker', kind: '${kind}', title: 't', refs: [], summary: 's',
      judges: 'always', broken: 'fail', params: {}, asks: ['${asks}'], applies: () => true,
      start: () => ({}), say: () => '' };`;
  const bug = (caughtBy: string): string =>
    `export default { family: 'mutant', kind: 'slips', summary: 's', caughtBy: '${caughtBy}',
      scenario: 's', plant: () => ({}) };`;

  it('that a plug-in leans on are known, whichever file comes first', async () => {
    const own = file('order-kept.ts', checker('order-kept', 'delivery'));
    const slips = file('slips.ts', bug('order-kept'));
    expect((await catalog.with([slips, own])).words('mutant')?.has('slips')).toBe(true);
    expect((await refused([slips])).message).toMatch(/slips\.ts: caughtBy .* 'order-kept'/);
  });

  it('are also those of halves, where an oracle has one', async () => {
    const oracle = (half: string): string =>
      `export default { family: 'oracle', kind: 'humming-loudly', summary: 's', scope: 'lane',
        start: () => ({ step: () => {} }), ${half} };`;
    const asks = file('hears.ts', checker('hears', 'humming-loudly/fleet'));
    const halved = file('hum.ts', oracle('fleet: { ops: [], start: () => ({ step: () => {} }) }'));
    expect((await catalog.with([asks, halved])).words('checker')?.has('hears')).toBe(true);
    expect((await refused([asks, file('hum-whole.ts', oracle(''))])).problems).toContainEqual({
      code: 'plugin',
      message: expect.stringMatching(
        /hears\.ts: asks names no oracle that there is: 'humming-loudly\/fleet'$/,
      ),
      hint: expect.stringMatching(/'humming-loudly'/),
    });
  });

  it('are told with the nearest one, together with what else is wrong', async () => {
    const files = [
      file('slips-too.ts', bug('no-aked-loss').replace('slips', 'slips-too')),
      file('asks.ts', checker('asks', 'delivry')),
      file('half-one.ts', "export default { family: 'checker', kind: 'half-one' };"),
    ];
    const { problems } = await refused(files);
    expect(problems).toContainEqual({
      code: 'plugin',
      message: expect.stringMatching(
        /^the mutant in .*slips-too\.ts: caughtBy names no checker that there is: 'no-aked-loss'$/,
      ),
      hint: "did you mean 'no-acked-loss'?",
    });
    expect(problems).toContainEqual({
      code: 'plugin',
      message: expect.stringMatching(/asks\.ts: asks names no oracle that there is: 'delivry'$/),
      hint: "did you mean 'delivery'?",
    });
    expect(problems.length).toBeGreaterThan(4);
    // A process that has no checkers cannot know their names.
    const few = await loadCatalog(families.filter(({ family }) => family === 'mutant'));
    expect((await few.with(files.slice(0, 1))).words('mutant')?.has('slips-too')).toBe(true);
  });
});

describe('the name of a mutant', () => {
  const mutant = (kind: string, more = ''): string =>
    `export default { family: 'mutant', kind: '${kind}', summary: 's', caughtBy: 'in-order',
      scenario: 's', plant: () => ({}), ${more} };`;

  it('begins with its word, if it has one', async () => {
    const named = file('named.ts', mutant('echo-mumbles', "word: 'echo'"));
    const older = file('older.ts', mutant('mumbles'));
    expect((await catalog.with([named, older])).words('mutant')?.has('mumbles')).toBe(true);
    for (const kind of ['mumbles', 'echoes-twice', 'echo']) {
      const { message } = await refused([file(`${kind}.ts`, mutant(kind, "word: 'echo'"))]);
      expect(message).toContain(`kind must begin with its word, as 'echo-…', not '${kind}'`);
    }
  });

  it('does not say where it sits, which who makes it knows', async () => {
    expect(defineDeviceMutant({ kind: 'x' } as never)).toMatchObject({
      family: 'mutant',
      sits: 'device',
    });
    expect(defineMutant({ kind: 'x' } as never).sits).toBe('platform');
    const lost = file('sits.ts', mutant('lost', "sits: 'cloud'"));
    expect((await refused([lost])).message).toContain('sits must be platform or device');
  });
});

describe('declarations of parameters', () => {
  const flawsOf = (params: unknown): string[] =>
    (families.find(({ family }) => family === 'workflow') as Family)
      .check({ kind: 'w', summary: 's', params, resolve: () => ({}), start: () => ({}) })
      .map(String);

  it.each([
    ['a default out of range', { kind: 'integer', about: 'x', max: 3, default: 4 }, /p\.default/],
    ['no sentence', { kind: 'share' }, /p\.about is missing/],
    ['an unknown kind', { kind: 'shares', about: 'x' }, /p\.kind must be duration, number/],
    ['a choice of nothing', { kind: 'choice', about: 'x', of: [] }, /p\.of must be names/],
    ['a list of nothing', { kind: 'list', about: 'x' }, /p\.of must be a map|p\.of is missing/],
    [
      'a fault inside',
      {
        kind: 'record',
        about: 'x',
        fields: { q: { kind: 'map', about: 'x', of: { kind: 'no' } } },
      },
      /p\.fields\.q\.of\.kind must be/,
    ],
    ['nothing', null, /p is empty/],
  ])('are refused with %s', (_, param, words) => {
    expect(flawsOf({ p: param })).toEqual([expect.stringMatching(words)]);
  });
});
