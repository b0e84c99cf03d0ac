import { describe, expect, it } from 'vitest';
import { closingLines } from './closing.ts';
import { everyResult, failing, hostile, passing } from './reporters/fixtures/results.ts';
import type { CheckerResult, Result } from './result.ts';

const plain = { colour: false };

describe('the closing lines', () => {
  it('end with what repeats the run', () => {
    expect(closingLines(passing, plain).at(-1)).toBe(
      'cold-chain-outage · seed 42 · real · replay: twinstorm run scenarios/library/cold-chain-outage.yaml --gear real --target process:mosquitto --seed 42',
    );
  });

  it('say a pass in a few quiet lines', () => {
    const text = closingLines(passing, { ...plain, files: ['out/report.html'] }).join('\n');
    expect(text).toContain(' PASS  All promises held');
    expect(text).toContain(
      '2,412 intended = 2,388 delivered + 20 not sent + 4 info; 12 duplicates',
    );
    expect(text).toContain('4 pass · 1 not applicable');
    expect(text).toContain('files     out/report.html');
    expect(text).not.toContain('no-acked-loss');
  });

  it('name what failed and where', () => {
    const lines = closingLines(failing, plain);
    expect(lines).toContain(
      '  fail no-acked-loss: 2 of 2,400 acknowledged messages are absent from the store.',
    );
    expect(lines).toContain(
      '       49.312 s  fridges/north-1/17, reading 4, acknowledged at 49.312 s, never stored',
    );
  });

  it('count the findings they do not show', () => {
    const checkers = failing.checkers.map((one) => ({
      ...one,
      findingCount: one.findings.length * 20,
    }));
    expect(closingLines({ ...failing, checkers }, plain)).toContain('       … and 38 more');
  });

  describe('of a run that broke off', () => {
    const [sample] = passing.checkers;
    const idle = ['alpha', 'beta', 'gamma'].map(
      (id): CheckerResult => ({
        ...(sample as CheckerResult),
        ...{ id, label: '', verdict: 'unknown', decided: 0, findings: [], findingCount: 0 },
        summary: 'Nothing could be decided.',
      }),
    );
    const cause = 'The run broke off at 2.0 s: shard-1 ended with SIGKILL.';
    const broken: Result = {
      ...passing,
      verdict: 'invalid',
      reasons: [cause, ...idle.map(({ id }) => `${id}: Nothing could be decided.`)],
      checkers: idle,
    };

    it('say the cause first, and count who could decide nothing', () => {
      const lines = closingLines(broken, plain);
      expect(lines[1]).toBe(` INVALID  ${cause}`);
      expect(lines).toContain('  unknown 3 checkers could decide nothing; result.json names them');
      expect(lines.join('\n')).not.toContain('Nothing could be decided');
    });

    it('name each where few could decide nothing, or where that is the reason', () => {
      const few = closingLines({ ...broken, checkers: idle.slice(0, 2) }, plain);
      expect(few).toContain('  unknown alpha: Nothing could be decided.');
      const unknown = closingLines({ ...broken, verdict: 'unknown' }, plain);
      expect(unknown).toContain('  unknown gamma: Nothing could be decided.');
    });

    it('give a cause that the ledger does not know, once', () => {
      const [, first, second] = closingLines(broken, { ...plain, cause: 'the sim engine hung' });
      expect(first).toBe(' INVALID  The run broke off: the sim engine hung.');
      expect(second?.trim()).toBe(cause);
      const known = closingLines(broken, { ...plain, cause: 'shard-1 ended with SIGKILL' });
      expect(known[1]).toBe(` INVALID  ${cause}`);
    });
  });

  it.each(everyResult)(
    'are single plain lines for the %s result, and colour adds only colour',
    (_, result) => {
      const lines = closingLines(result, plain);
      for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
      const coloured = closingLines(result, { colour: true }).join('\n');
      expect(coloured).toContain('\u001b[');
      expect(coloured.replaceAll(/\p{Cc}\[[\d;]+m/gu, '')).toBe(lines.join('\n'));
    },
  );

  it('do not let a name move the cursor', () => {
    const painted = closingLines(hostile, { colour: true }).join('\n');
    expect(painted).not.toContain('\u001b[31m');
  });
});
