import { describe, expect, it } from 'vitest';
import type { Result } from '../result.ts';
import { empty, environment, failing, hostile, invalid, passing } from './fixtures/results.ts';
import summary from './summary.ts';

const rendered = (result: Result): string => summary.render(result, environment);

describe('summary.md', () => {
  it('has not changed', async () => {
    await expect(rendered(failing)).toMatchFileSnapshot('goldens/failing.summary.md');
  });

  it('opens with the verdict and why', () => {
    expect(rendered(passing)).toMatch(/^## ✅ pass: cold-chain-outage\n\n\*\*All promises held/);
    expect(rendered(invalid)).toMatch(/^## 🚫 invalid: /);
    expect(rendered(empty)).toContain('No checker judged this run.');
  });

  it('names the lost reading and shows its witness', () => {
    const text = rendered(failing);
    expect(text).toContain('fridges/north-1/17, reading 4, acknowledged at 49.312 s, never stored');
    expect(text).toContain('49.313 s fault broker-gone: killed the target');
  });

  it('charges a planted bug to nobody: it may sit in the devices', () => {
    const target = { ...passing.target, mutant: 'naps-forgets' };
    const line = `${target.kind} ${target.name} · planted naps-forgets, fired 3 times · `;
    expect(rendered({ ...passing, target, mutantFired: 3 })).toContain(line);
  });

  it('says when the account does not add up', () => {
    expect(rendered(passing)).not.toContain('do not add up');
    const messages = { ...passing.messages, delivered: passing.messages.delivered - 3 };
    expect(rendered({ ...passing, messages })).toContain('do not add up: 3 unaccounted for');
  });

  it('keeps its tables and its page whole whatever things are called', () => {
    const text = rendered(hostile);
    // Only inside the fence of the replay line does a name stand as it is.
    expect(text.split('### Replay')[0]?.match(/<[a-z!/]/gi)).toBeNull();
    // Cells per row, not counting escaped bars: every row of a table has as many as its head.
    let cells = 0;
    for (const line of text.split('\n')) {
      const here = line.startsWith('|') ? line.replaceAll(/\\[\\|]/g, '').split('|').length : 0;
      if (here > 0 && cells > 0) expect(here).toBe(cells);
      cells = here;
    }
    expect(text.match(/^```+/gm)).toHaveLength(2);
  });

  it('says when by the machine’s clock too, where that is known', () => {
    const zeroAt = '2026-05-04T23:59:50.500Z';
    const [finding] = failing.checkers.flatMap(({ findings }) => findings);
    const result: Result = {
      ...failing,
      faults: failing.faults.map((fault) => ({ ...fault, from: 20_000 })),
    };
    const text = summary.render(result, { ...environment, zeroAt });
    expect(finding).toBeDefined();
    expect(text).toMatch(/ {2}- \d+\.\d{3} s \(00:00:\d\d UTC\): /);
    expect(text).toContain('20.000 s (00:00:10 UTC) – ');
    expect(summary.render(result, environment)).not.toContain('UTC');
  });

  it('fences a replay line that holds fences', () => {
    expect(rendered({ ...passing, replay: 'a ```` b' })).toContain('`````sh\na ```` b\n`````\n');
  });
});
