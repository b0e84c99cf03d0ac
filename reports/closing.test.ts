import { describe, expect, it } from 'vitest';
import { closingLines } from './closing.ts';
import { everyResult, failing, hostile, passing } from './reporters/fixtures/results.ts';

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
