import { describe, expect, it } from 'vitest';
import { skipReport } from './skips.ts';

describe('the report of skips', () => {
  it('groups tests by their reason', () => {
    const reason = 'mosquitto is missing: apt-get install mosquitto';
    const { text, unexplained } = skipReport([
      { test: 'a > one', reason },
      { test: 'b > two', reason },
    ]);
    expect(text).toBe(`\n2 skipped:\n  ${reason}\n    a > one\n    b > two\n`);
    expect(unexplained).toBe(0);
  });

  it('counts a skip without a reason', () => {
    const { text, unexplained } = skipReport([{ test: 'a > one', reason: undefined }]);
    expect(text).toContain('NO REASON GIVEN');
    expect(unexplained).toBe(1);
  });

  it('says so when nothing was skipped', () => {
    expect(skipReport([])).toEqual({ text: '\nNothing was skipped.\n', unexplained: 0 });
  });
});
