/** A radio is bad for the share of time that its rule says, in spells of the length it says. */
import { describe, expect, it } from 'vitest';
import { streamKey, unitAt } from '#kernel';
import { MemoryProxy } from '../memory-link.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { settled, Tape } from '../testing/tape.ts';
import { CohortRadio } from './cohort-radio.ts';
import { handoverTimes, pagingTimes, stallTimes } from './radio-times.ts';

/** Bad spells up to an instant: how many, and how long together. */
function badUntil(rule: { goodMs: number; badMs: number }, seed: number, end: number) {
  const opensAt = stallTimes(rule, seed, 'x');
  let [spells, bad, longest] = [0, 0, 0];
  for (let t = 0; t < end; ) {
    const opens = opensAt(t);
    if (opens > t) {
      spells++;
      bad += opens - t;
      longest = Math.max(longest, opens - t);
    }
    t = opens + 1;
  }
  return { spells, bad, longest };
}

describe('a Gilbert-Elliott channel', () => {
  // With some thousands of spells the mean is known to two percent; five are never left by chance.
  it.each([1, 2, 3, 4])('keeps its means, seed %i', (seed) => {
    const end = 3_000_000;
    const { bad, longest, spells } = badUntil({ goodMs: 900, badMs: 100 }, seed, end);
    expect(spells).toBeGreaterThan(2000);
    expect(Math.abs(bad / spells / 100 - 1)).toBeLessThan(0.07);
    expect(Math.abs(bad / end / 0.1 - 1)).toBeLessThan(0.07);
    // Exponential, and not all alike: of some thousands the longest is about eight means.
    expect(longest).toBeGreaterThan(500);
    expect(longest).toBeLessThan(1500);
  });

  it('is what it is from its beginning on, at whatever instant and after whatever other', () => {
    const rule = { goodMs: 40, badMs: 30 };
    const opensAt = stallTimes(rule, 9, 'x');
    const key = streamKey(9, 'radio/x/stalls');
    const ends: number[] = [];
    for (let end = 0, spell = 0; end < 10_000; spell++) {
      const meanMs = spell % 2 === 0 ? rule.goodMs : rule.badMs;
      end += Math.max(1, Math.round(-Math.log(1 - unitAt(key, spell)) * meanMs));
      ends.push(end);
    }
    const wrong: number[] = [];
    for (let k = 0; k < 20_000; k++) {
      const t = unitAt(streamKey(9, 'instants'), k) * 9_900;
      const spell = ends.findIndex((end) => t < end);
      if (opensAt(t) !== (spell % 2 === 0 ? t : ends[spell])) wrong.push(t);
    }
    expect(wrong).toEqual([]);
  });

  it('goes back by a spell, and not to the beginning', () => {
    const opensAt = stallTimes({ goodMs: 20, badMs: 20 }, 9, 'x');
    const far = 2_000_000;
    const begun = performance.now();
    opensAt(far);
    const walk = performance.now() - begun;
    for (let k = 0; k < 400; k++) for (const t of [far - 100, far]) opensAt(t);
    // From the beginning each time it would be four hundred walks.
    expect(performance.now() - begun).toBeLessThan(50 * Math.max(walk, 1));
  });

  it('is the same for whoever asks, in any order', () => {
    const rule = { goodMs: 300, badMs: 200 };
    const [on, back] = [stallTimes(rule, 5, 'a'), stallTimes(rule, 5, 'a')];
    const times = Array.from({ length: 500 }, (_, k) => k * 37);
    const forward = times.map(on);
    expect(times.toReversed().map(back).toReversed()).toEqual(forward);
    expect(times.map(stallTimes(rule, 6, 'a'))).not.toEqual(forward);
    expect(times.map(stallTimes(rule, 5, 'b'))).not.toEqual(forward);
  });
});

it('changes cells on a beat, but not at the beginning', () => {
  const opensAt = handoverTimes({ everyMs: 15_000, gapMs: 200 });
  expect([0, 14_999, 15_000, 15_199, 15_200].map(opensAt)).toEqual([
    ...[0, 14_999, 15_200, 15_200, 15_200],
  ]);
});

it('listens in its windows', () => {
  const opensAt = pagingTimes({ everyMs: 10_000, openMs: 1000 });
  expect([0, 999, 1000, 9999, 10_500].map(opensAt)).toEqual([0, 999, 10_000, 10_000, 10_500]);
});

interface Joined {
  client: Tape;
  server: Tape;
}

function joined(clock: ManualClock, radio: CohortRadio): Joined {
  let server: Tape | null = null;
  const proxy = new MemoryProxy(
    ...(['p', clock, 1] as const),
    (end) => {
      server = new Tape(end);
      return true;
    },
    radio.stand,
  );
  const client = new Tape(proxy.connect());
  if (server === null) throw new Error('nobody accepted');
  return { client, server };
}

describe('a device that sleeps', () => {
  const psm = { sleep: { activeMs: 1000, paging: null } };

  it('hears what waited for it once it speaks, and for a while', async () => {
    const clock = new ManualClock();
    const radio = new CohortRadio(psm, 1, 'x');
    const [one, two] = [joined(clock, radio), joined(clock, radio)];
    one.server.end.write('a');
    two.server.end.write('b');
    clock.advance(3_600_000);
    await settled();
    expect([one.client.text, two.client.text]).toEqual(['', '']);
    one.client.end.write('x');
    await settled();
    expect([one.client.text, two.client.text, one.server.text]).toEqual(['a', '', 'x']);
    clock.advance(900);
    one.server.end.write('c');
    await settled();
    clock.advance(200);
    one.server.end.write('d');
    await settled();
    expect(one.client.text).toBe('ac');
  });

  it('is paged', async () => {
    const clock = new ManualClock();
    const sleep = { activeMs: 100, paging: { everyMs: 10_000, openMs: 500 } };
    const { client, server } = joined(clock, new CohortRadio({ sleep }, 1, 'x'));
    clock.advance(600);
    server.end.write('a');
    await settled();
    clock.advance(9000);
    await settled();
    expect(client.text).toBe('');
    clock.advance(400);
    await settled();
    expect(client.text).toBe('a');
  });

  it('is closed behind what waited', async () => {
    const clock = new ManualClock();
    const { client, server } = joined(clock, new CohortRadio(psm, 1, 'x'));
    server.end.end('bye');
    await settled();
    expect(client.state).toBe('open');
    client.end.write('x');
    await settled();
    expect([client.text, client.state]).toEqual(['bye', 'fin']);
  });
});

it('a stall loses nothing and keeps the order', async () => {
  const clock = new ManualClock();
  const radio = new CohortRadio({ stalls: { goodMs: 50, badMs: 50 } }, 3, 'x');
  const { client, server } = joined(clock, radio);
  let said = '';
  for (let k = 0; k < 300; k++) {
    said += `${k} `;
    client.end.write(`${k} `);
    await settled();
    clock.advance(7);
  }
  clock.advance(10_000);
  await settled();
  expect(server.text).toBe(said);
  expect(clock.pending).toBe(0);
});
