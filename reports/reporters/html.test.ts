import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment, Result } from '../result.ts';
import {
  environment,
  everyResult,
  failing,
  hostile,
  hostileEnvironment,
  invalid,
  NASTY,
  passing,
} from './fixtures/results.ts';
import { readTags, type Tag } from './fixtures/tags.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import html from './html.ts';

const rendered = (result: Result, around: Environment = environment): string =>
  html.render(result, around);

const named = (tags: readonly Tag[], name: string): Tag[] =>
  tags.filter((tag) => tag.name === name);

const instants = (tags: readonly Tag[]): string[] =>
  tags.flatMap(({ attributes }) =>
    attributes.get('class') === 'instant' ? [attributes.get('id') ?? ''] : [],
  );

/** What a page is made of, without its texts. */
const skeleton = (text: string): Set<string> =>
  new Set(
    readTags(text, true).flatMap(({ name, attributes }) => [
      name,
      ...[...attributes.keys()].map((key) => `${name}@${key}`),
    ]),
  );

/** Every text of a document replaced, keys and words of the contract kept. */
function retold<T>(value: T, text: string, key = ''): T {
  const kept = ['schema', 'verdict', 'gear', 'startedAt'];
  if (typeof value === 'string') return (kept.includes(key) || value === '' ? value : text) as T;
  if (Array.isArray(value)) return value.map((item) => retold(item, text, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, retold(field, text, name)]),
  ) as T;
}

describe('report.html', () => {
  it.each(everyResult)('is well formed for the %s result and loads nothing', (_, result) => {
    const text = rendered(result, hostileEnvironment);
    const tags = readTags(text, true);
    const ids = tags.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      tags.filter(({ name }) => /^(link|img|iframe|object|embed|use|image|base)$/.test(name)),
    ).toEqual([]);
    for (const { attributes } of tags) {
      expect(
        [...attributes.keys()].filter((key) => /^(src|srcset|action|on.*|xlink.*)$/.test(key)),
      ).toEqual([]);
      expect(attributes.get('href') ?? '#').toMatch(/^#/);
    }
    expect(text).not.toMatch(/https?:|url\(|@import|\bfetch\(|XMLHttpRequest|\bimport\(/);
    expect(text).toContain("default-src 'none'");
  });

  it('lets no name become markup', () => {
    const text = rendered(hostile, hostileEnvironment);
    expect(text).not.toContain('<script>alert');
    expect(named(readTags(text, true), 'script')).toHaveLength(2);
    const data =
      /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(text)?.[1] ?? '';
    expect(data).not.toMatch(/[<>\u2028\u2029]/);
    const read: { phases: { name: string }[] } = JSON.parse(data);
    expect(read.phases[0]?.name).toBe(NASTY);
  });

  it('is made of the same parts whatever the names are', () => {
    const known = skeleton(rendered(failing));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (name) => {
        const page = rendered(retold(failing, name), retold(environment, name));
        expect([...skeleton(page)].filter((part) => !known.has(part))).toEqual([]);
      }),
      { seed: 11, numRuns: 25 },
    );
  });

  it('shows the verdict, why, and the replay line', () => {
    const text = rendered(failing);
    expect(text).toContain('<p class="why">2 acknowledged readings were never stored.</p>');
    expect(text).toContain(
      '<code id="replay">twinstorm run scenarios/library/cold-chain-outage.yaml',
    );
    expect(text).toContain('Planted bug');
    expect(rendered(passing)).not.toContain('Planted bug');
  });

  it('gives every instant that it links to a line of its own', () => {
    const tags = readTags(rendered(failing), true);
    const lines = instants(tags);
    const faults = ['25000', '33000', '35000', '45000', '48000', '50500'];
    const events = ['49301.25', '49312', '49313.5', '51188', '51200', '63020'];
    const sorted = [...faults, ...events].sort((a, b) => Number(a) - Number(b));
    expect(lines).toEqual(sorted.map((t) => `t=${t}`));
    const finding = failing.checkers[0]?.findings[0];
    const links = named(tags, 'a').map(({ attributes }) => attributes.get('href'));
    expect(links).toContain(`#t=${finding?.at}`);
    expect(instants(readTags(rendered(passing), true))).toHaveLength(faults.length);
    for (const link of links) if (link?.startsWith('#t=')) expect(lines).toContain(link.slice(1));
  });

  it('says when by the machine’s clock too, where that is known', () => {
    const zeroAt = '2026-05-04T23:59:20.500Z';
    const page = rendered(failing, { ...environment, zeroAt });
    // The first fault, and the first finding.
    expect(page).toContain('<small>23:59:45 to 23:59:55 UTC</small>');
    expect(page).toMatch(/#t=\d[\d.]*">\d+\.\d{3} s<\/a> <small>00:00:\d\d<\/small>/);
    expect(page).toContain(`<dd class="name">${zeroAt}</dd>`);
    expect(rendered(failing)).not.toMatch(/UTC|<small>\d\d:\d\d:\d\d/);
  });

  it('loses nothing on a narrow screen: what has no room there stands elsewhere', () => {
    const page = rendered(failing);
    // Names of phases that a short block cannot hold.
    const list = /<ul class="legend narrow-only" aria-label="Phases">(.*?)<\/ul>/s.exec(page)?.[1];
    for (const { name } of failing.phases) expect(list).toContain(`<b>${name}</b>`);
    // The kind of a fault, which the legend above says too.
    for (const { id, fault } of failing.faults) {
      expect(page).toContain(`>${id}<tspan class="wide-only"> · ${fault}</tspan></text>`);
      expect(page).toContain(`<span class="name">${id} · ${fault}</span>`);
    }
    // The rows of a table that is wider become a list of named figures.
    const cells = page.match(/<td class="number" data-name="p99">/g);
    expect(cells).toHaveLength(failing.latency.length);
    expect(page).toMatch(/@media\(max-width:520px\)\{[^@]*td\[data-name\]::before/);
  });

  it('puts a line where its instant lies on the axis', () => {
    const line = readTags(rendered(failing), true).find(
      ({ attributes }) => attributes.get('id') === 't=51200',
    );
    expect(line?.attributes.get('style')).toBe('left:80%');
  });

  it('gives each fault its colour in every chart, in the legend and on its card', () => {
    const tags = readTags(rendered(passing), true);
    const bands = (colour: number) =>
      tags.filter(({ attributes }) => attributes.get('class') === `band f${colour}`).length;
    const charts = tags.filter(({ attributes }) => attributes.get('class') === 'ground').length;
    expect(charts).toBe(5);
    expect([bands(0), bands(1), bands(2), bands(3)]).toEqual([charts, charts, charts, 0]);
    expect(
      tags.filter(({ attributes }) => attributes.get('class') === 'card fault f1'),
    ).toHaveLength(1);
  });

  it('tells no effect from undecided, and never from not applicable', () => {
    expect(rendered(invalid)).toContain('<span class="chip v-invalid">no effect</span>');
    const undecided = {
      ...passing,
      faults: passing.faults.map((fault) => ({ ...fault, effective: null })),
    };
    expect(rendered(undecided)).toContain('<span class="chip v-unknown">undecided</span>');
    expect(rendered(passing)).toContain('1 checker not applicable');
  });

  it('warns when the account does not add up', () => {
    const messages = { ...passing.messages, info: passing.messages.info + 2 };
    expect(rendered({ ...passing, messages })).toContain('The classes do not add up');
    expect(rendered(passing)).not.toContain('The classes do not add up');
  });

  it('gives every picture and every region a name', () => {
    for (const { name, attributes } of readTags(rendered(failing), true)) {
      if (attributes.get('role') === undefined) continue;
      if (attributes.get('role') === 'note') continue;
      expect(attributes.get('aria-label'), name).toMatch(/\w/);
    }
  });

  it('carries a script that parses', () => {
    expect(() => new Script(SCRIPT)).not.toThrow();
    expect(SCRIPT).not.toContain('innerHTML');
    expect(SCRIPT).not.toContain('</');
  });
});

describe('the colours', () => {
  const themes = [...STYLE.matchAll(/data-theme=(?:light|dark)\]\{([^}]*)\}/g)].map(
    ([, block = '']) => {
      const pairs = [...block.matchAll(/--([a-z0-9-]+):(#[0-9a-f]{3,6})/g)];
      return new Map(pairs.map(([, name = '', colour = '']) => [name, colour]));
    },
  );

  it.each([
    ['light', 0],
    ['dark', 1],
  ])('of the %s theme keep the contrast of AA', (_, index) => {
    const colour = (name: string) => channels(themes[index]?.get(name) ?? '');
    for (const [ink, ground] of [
      ['ink', 'bg'],
      ['ink', 'card'],
      ['soft', 'bg'],
      ['soft', 'card'],
      ['soft', 'na-bg'],
      ['ink', 'na-bg'],
      ['accent', 'card'],
      ['accent', 'bg'],
      ['fail', 'card'],
      ...['pass', 'fail', 'unknown', 'invalid', 'na'].map((verdict) => [verdict, `${verdict}-bg`]),
    ] as const)
      expect(
        contrast(colour(ink ?? ''), colour(ground ?? '')),
        `${ink} on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5);
    // The hottest cell of the heat map mixes 42 % of the accent into the card.
    const [accent, card] = [colour('accent'), colour('card')];
    const hot = card.map((value, at) => value * 0.58 + (accent[at] ?? 0) * 0.42);
    expect(contrast(colour('ink'), hot)).toBeGreaterThanOrEqual(4.5);
    for (const line of ['p50', 'p90', 'p99', 'max', 'f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'])
      expect(contrast(colour(line), card), line).toBeGreaterThanOrEqual(3);
  });
});

function channels(hex: string): number[] {
  const digits = hex.slice(1);
  const size = digits.length / 3;
  return [0, 1, 2].map((at) => {
    const part = digits.slice(at * size, (at + 1) * size);
    return Number.parseInt(size === 1 ? part + part : part, 16);
  });
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = (rgb: readonly number[]) => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
