import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../result.ts';
import {
  environment,
  everyResult,
  failing,
  hostile,
  hostileEnvironment,
  invalid,
  passing,
  unfired,
  unknown,
} from './fixtures/results.ts';
import { readTags, type Tag } from './fixtures/tags.ts';
import junit from './junit.ts';

const rendered = (result: Result): string => junit.render(result, environment);

const suiteOf = (tags: readonly Tag[]): Map<string, string> =>
  tags.find(({ name }) => name === 'testsuite')?.attributes ?? new Map();

const count = (tags: readonly Tag[], name: string): string =>
  String(tags.filter((tag) => tag.name === name).length);

describe('junit.xml', () => {
  it('has not changed', async () => {
    await expect(rendered(failing)).toMatchFileSnapshot('goldens/failing.junit.xml');
  });

  it.each(everyResult)('counts what it holds for the %s result', (_, result) => {
    const tags = readTags(rendered(result), false);
    const suite = suiteOf(tags);
    expect(suite.get('tests')).toBe(String(1 + result.checkers.length + result.faults.length));
    expect(suite.get('tests')).toBe(count(tags, 'testcase'));
    expect(suite.get('failures')).toBe(count(tags, 'failure'));
    expect(suite.get('errors')).toBe(count(tags, 'error'));
    expect(suite.get('skipped')).toBe(count(tags, 'skipped'));
  });

  it('is green for a pass and for nothing else', () => {
    const red = (result: Result) => {
      const suite = suiteOf(readTags(rendered(result), false));
      return [suite.get('failures'), suite.get('errors')];
    };
    expect(red(passing)).toEqual(['0', '0']);
    expect(red(failing)).toEqual(['2', '1']);
    expect(red(unknown)).toEqual(['0', '2']);
    expect(red(invalid)).toEqual(['0', '3']);
    expect(red(unfired)).toEqual(['0', '1']);
    // Whatever the checkers say, a run that was interrupted or never got steady is not green.
    expect(red({ ...passing, exitCode: 130 })).toEqual(['0', '1']);
    expect(red({ ...passing, verdict: 'invalid', exitCode: 4 })).toEqual(['0', '1']);
  });

  it('takes durations from the phases and the windows, and a time that is none from the epoch', () => {
    const inSim: Result = { ...passing, gear: 'sim' };
    const tags = readTags(junit.render(inSim, hostileEnvironment), false);
    expect(suiteOf(tags).get('time')).toBe('64.000');
    expect(suiteOf(tags).get('timestamp')).toBe('1970-01-01T00:00:00');
    const fault = tags.find(({ attributes }) => attributes.get('classname') === 'twinstorm.fault');
    expect(fault?.attributes.get('time')).toBe('10.000');
  });

  it('lasts as long as it took in the real gear, and as its own clock says in the other', () => {
    const timesOf = (gear: 'real' | 'sim'): (string | undefined)[] => {
      const tags = readTags(junit.render({ ...passing, gear }, environment), false);
      const verdict = tags.find(({ name }) => name === 'testcase');
      return [suiteOf(tags).get('time'), verdict?.attributes.get('time')];
    };
    expect(timesOf('real')).toEqual(['71.400', '71.400']);
    expect(timesOf('sim')).toEqual(['64.000', '64.000']);
  });

  it('says its mapping where people look', () => {
    expect(rendered(passing)).toMatch(
      /<system-out>[^<]*mapping: fail is a failure; unknown, invalid/,
    );
  });
});

describe('junit.xml against the schema', () => {
  const schema = fileURLToPath(new URL('fixtures/junit.xsd', import.meta.url));
  const missing = spawnSync('xmllint', ['--version']).error !== undefined;
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'junit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function lint(documents: readonly string[]): { status: number | null; said: string } {
    const files = documents.map((text, index) => {
      const file = join(folder, `${index}.xml`);
      writeFileSync(file, text);
      return file;
    });
    const run = spawnSync('xmllint', ['--nonet', '--noout', '--schema', schema, ...files], {
      encoding: 'utf8',
    });
    return { status: run.status, said: run.stderr };
  }

  it('is valid for every result, and the check can fail', (context) => {
    if (missing && process.env.REQUIRE_REAL !== '1')
      context.skip('xmllint is missing: apt-get install libxml2-utils');
    const documents = [
      ...everyResult.map(([, result]) => rendered(result)),
      junit.render(hostile, hostileEnvironment),
    ];
    const { status, said } = lint(documents);
    expect(said.replaceAll(/^.* validates$/gm, '').trim()).toBe('');
    expect(status).toBe(0);
    for (const [good, bad] of [
      [' hostname="localhost"', ''],
      ['time="71.400"', 'time="1e3"'],
      ['<system-err></system-err>', ''],
    ] as const) {
      expect(rendered(passing)).toContain(good);
      expect(lint([rendered(passing).replace(good, bad)]).status).toBe(3);
    }
  });
});
