/**
 * Every file in this folder is a checker that can pass, fail and doubt, and never passes on
 * nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalog, Plugin } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import { type CheckerKind, defineChecker } from '../checker.ts';
import { checkerFamily } from '../checker-family.ts';
import { FAILED, NOTHING_PLANNED } from '../judging/verdicts.ts';
import { FIXTURES } from '../testing/fixtures.ts';
import { ORACLES } from '../testing/oracles.ts';
import { PROOFS } from '../testing/proofs.ts';
import { healthy, type Story } from '../testing/story.ts';

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort();

const checkers = await Promise.all(
  files.map(async (file) => {
    const module = (await import(join(import.meta.dirname, file))) as { default: CheckerKind };
    return { file, checker: module.default };
  }),
);

const KINDS: Readonly<Record<string, readonly Plugin[]>> = { oracle: ORACLES, proof: PROOFS };
const catalog = {
  of: ({ family }: { family: string }) =>
    new Map((KINDS[family] ?? []).map((one) => [one.kind, one])),
  words: () => undefined,
} as Catalog;
const duties = await checkerFamily.duties();

/** Parameters for a run in which nothing else names them. */
const SAMPLE_PARAMS: Readonly<Record<string, Record<string, number | string>>> = {
  latency: { p99: 100, during: 'all' },
  recovered: { share: 0.99, within: 1000, after: 'none' },
  patched: { share: 0.9, within: 1000 },
};

describe.each(checkers)('$file', ({ file, checker }) => {
  const fixtures = FIXTURES[checker.kind];
  /** Others judge the run as a whole, and accuse nobody. */
  const namesDevices = Object.values(fixtures?.failing ?? {}).some((story) =>
    story()
      .ask(checker)
      .findings.some(({ devices }) => devices.length > 0),
  );

  it('is named after its kind', () => {
    expect(file).toBe(`${checker.kind}.ts`);
    expect(checker.title).not.toBe('');
    expect(checker.summary).toMatch(/\.$/);
  });

  it('says which oracles it asks', () => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    // What checkers of one family share lies in a frame, which asks for them.
    const frame = /from '(\.\.\/judging\/[a-z-]+-checker\.ts)'/.exec(text)?.[1];
    const shared =
      frame === undefined ? '' : readFileSync(join(import.meta.dirname, frame), 'utf8');
    const asked = [...`${text}${shared}`.matchAll(/\bof\('([a-z\d/-]+)'\)/g)].map(
      ([, kind]) => kind,
    );
    expect([...(checker.asks ?? [])].sort()).toEqual([...new Set(asked)].sort());
  });

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(checker, catalog)).toEqual([]);
  });

  it('has something to pass, to fail and to doubt', () => {
    expect(fixtures, `no fixtures for ${checker.kind}`).toBeDefined();
    expect(Object.keys(fixtures?.passing ?? {})).not.toHaveLength(0);
    expect(Object.keys(fixtures?.failing ?? {})).not.toHaveLength(0);
    expect(Object.keys(fixtures?.undecided ?? {})).not.toHaveLength(0);
  });

  it.each(Object.entries(fixtures?.passing ?? {}))('passes: %s', (_, story) => {
    const answer = story().ask(checker);
    expect(answer.findings).toEqual([]);
    expect(answer).toMatchObject({ verdict: 'pass', findingCount: 0 });
    expect(answer.summary).not.toBe('');
  });

  it.each(Object.entries(fixtures?.failing ?? {}))('finds: %s', (_, story) => {
    const told = story();
    const answer = told.ask(checker);
    expect(answer).toMatchObject({ verdict: checker.broken });
    expect(answer.findings).not.toEqual([]);
    const accused = answer.findings.flatMap(({ devices }) => devices);
    expect(told.bent).toEqual(expect.arrayContaining(accused));
    if (namesDevices && told.bent.length > 0) expect(accused).not.toEqual([]);
    for (const finding of answer.findings) {
      expect(finding.message).not.toBe('');
      expect(finding.devices).toEqual(namedIn(finding.message, told));
      const times = finding.witness.map((event) => event.t);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.length).toBeLessThanOrEqual(5);
      const led = (finding.story ?? []).map((event) => event.t);
      expect(led).toEqual([...led].sort((a, b) => a - b));
      expect(led.length).toBeLessThanOrEqual(12);
    }
  });

  it.each(Object.entries(fixtures?.failing ?? {}))('proves nothing by a hole: %s', (_, tell) => {
    const holed = (...unclosed: string[]): Story => Object.assign(tell(), { unclosed });
    for (const story of [holed('harness'), holed('harness', 'shard-0')]) {
      const { verdict, findingCount } = story.ask(checker);
      if (checker.findsHoles) expect(verdict).toBe('invalid');
      else expect([verdict, findingCount]).toEqual(['unknown', 0]);
    }
  });

  it.each(Object.entries(fixtures?.undecided ?? {}))('leaves open: %s', (_, story) => {
    const answer = story().ask(checker);
    expect(answer.verdict).toBe('unknown');
    for (const excuse of [FAILED, NOTHING_PLANNED]) expect(answer.summary).not.toContain(excuse);
    if (answer.undecided > 0) expect(answer.summary).toMatch(/\d undecided: [a-z]/);
    if (answer.decided === 0) expect(answer.summary).not.toMatch(/\b[Aa]ll\b|\b(was|were) true\b/);
  });

  it('finds nothing in a healthy run', () => {
    const params = SAMPLE_PARAMS[checker.kind] ?? {};
    const setting = {
      entry: { will: true, retainStatus: true, session: 'persistent', qos: 2 },
      commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
      expect: [{ checker: checker.kind, params }],
    } as const;
    const answer = healthy({
      ...setting,
      commands: { ...setting.commands, devices: [...setting.commands.devices] },
      expect: [...setting.expect],
    }).ask(checker);
    expect(answer.findings).toEqual([]);
    // Who says of such a plan that it holds something to decide must decide it.
    expect(answer.verdict).toBe(answer.summary === NOTHING_PLANNED ? 'unknown' : 'pass');
  });
});

/** The devices of a story of which a sentence speaks. */
const namedIn = (text: string, { plan }: Story): string[] =>
  plan.devices.map(({ id }) => id).filter((id) => new RegExp(`${id}(?!\\d)`).test(text));

describe('finds a checker that', () => {
  const evidence = { obligations: 1, decided: 1, findings: [], findingCount: 0, figures: {} };
  let calls = 0;
  const odd = (end: () => object, asks: readonly string[] = []): CheckerKind =>
    defineChecker({
      kind: 'odd',
      title: 'Odd',
      refs: [],
      summary: 'Is odd.',
      judges: 'always',
      broken: 'fail',
      params: {},
      asks,
      applies: () => true,
      start: () => ({ ops: [], end }) as never,
      say: () => 'It was odd.',
    });
  const finding = { message: 'odd', devices: [], at: 1, witness: [] };

  it.each<[string, CheckerKind, RegExp]>([
    ['passes on nothing', odd(() => evidence), /passes where nothing was written/],
    [
      'finds what is not there',
      odd(() => ({ ...evidence, findings: [finding], findingCount: 1 })),
      /finds: odd/,
    ],
    [
      'decides by chance',
      odd(() => ({ ...evidence, obligations: ++calls, decided: calls })),
      /otherwise the second/,
    ],
    [
      'leaves a run open in which nothing goes wrong',
      odd(() => ({ ...evidence, decided: 0 })),
      /decides nothing of a run that went well: Nothing could be decided/,
    ],
    ['asks whom there is not', odd(() => evidence, ['nobody']), /'nobody', which is no oracle/],
    [
      'throws',
      odd(() => {
        throw new Error('on purpose');
      }),
      /the checker odd threw in .*: on purpose/,
    ],
  ])('%s', async (_, checker, words) => {
    expect(await soundness(checkerFamily, checker, catalog)).toMatch(words);
  });
});
