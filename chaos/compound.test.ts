/**
 * Faults that overlap on one link: at any time the link is what all that act make of it together,
 * the end of one lifts no other, and when the last has ended the link is as if nothing had been.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import type { FaultActions, Undo } from './fault.ts';
import { schedule } from './schedule.ts';
import { folded, LINK_FAULTS, mayEnd, overlapping } from './testing/overlaps.ts';
import { MemoryBench, settled, Tape } from './testing/tape.ts';

const SEED = 20_261_126;
/** Longer than any delay that a fault may have. */
const LONG_MS = 24 * 3_600_000;

const nothing = (): never => {
  throw new Error('not a fault of a link');
};

function actionsOn(bench: MemoryBench): FaultActions {
  return {
    addToxics: (cohort, id, toxics) => bench.injector.addToxics(cohort, id, toxics),
    disableLink: (cohort) => bench.injector.disable(cohort),
    // What is no MQTT a tap leaves alone.
    tap: async () => async () => {},
    killTarget: nothing,
    trouble: nothing,
    useHand: nothing,
    cutPower: nothing,
    strike: nothing,
  };
}

/** A connection, and all that was written into it. */
interface Talk {
  client: Tape;
  server: Tape;
  up: string;
  down: string;
}

const isOpen = ({ client, server }: Talk): boolean =>
  client.state === 'open' && server.state === 'open';

/** Says a word both ways, where the ends still take one. */
function say(talk: Talk, word: string): void {
  if (!isOpen(talk)) return;
  talk.client.end.write(word);
  talk.server.end.write(word);
  talk.up += word;
  talk.down += word;
}

/** A fresh connection meets exactly what all active faults make of the link. */
async function holdToAll(bench: MemoryBench, active: readonly FaultPlan[]): Promise<Talk | null> {
  const link = folded(active);
  if (link.refuses) {
    const refused = new Tape(bench.injector.connect(0));
    await settled();
    expect(refused.state).toBe('ECONNREFUSED');
    return null;
  }
  const talk = { ...bench.join(0), up: '', down: '' };
  say(talk, 'fresh ');
  await bench.advance(LONG_MS);
  const seen = { up: talk.server.text !== '', down: talk.client.text !== '' };
  expect(seen).toEqual(link.carries);
  if (link.cuts) expect(isOpen(talk)).toBe(false);
  if (!mayEnd(active)) expect(isOpen(talk)).toBe(true);
  return talk;
}

it('has link faults to combine', () => expect(LINK_FAULTS.length).toBeGreaterThan(3));

describe('faults that overlap on one link in memory', () => {
  it('make of it together what each states, and leave it clean', async () => {
    const combined = new Set<string>();
    const property = fc.asyncProperty(overlapping, async (faults) => {
      const bench = await new MemoryBench().open();
      const actions = actionsOn(bench);
      const undos = new Map<string, Undo>();
      const first: Talk = { ...bench.join(0), up: '', down: '' };
      const talks = [{ talk: first, met: [] as FaultPlan[] }];
      let active: FaultPlan[] = [];
      for (const { kind, fault } of schedule(faults)) {
        const one = LINK_FAULTS.find((each) => each.kind === fault.fault);
        if (one === undefined) throw new Error(`no fault ${fault.fault}`);
        if (kind === 'inject') {
          active = [...active, fault];
          undos.set(fault.id, await one.inject(actions, fault));
          for (const { met } of talks) met.push(fault);
        } else {
          active = active.filter((each) => each !== fault);
          await undos.get(fault.id)?.();
        }
        await settled();
        for (const { talk } of talks) say(talk, `${kind} ${fault.id} `);
        const fresh = await holdToAll(bench, active);
        if (fresh !== null) talks.push({ talk: fresh, met: [...active] });
        combined.add(
          active
            .map((each) => each.fault)
            .sort()
            .join('+'),
        );
      }
      await bench.advance(LONG_MS);
      for (const { talk, met } of talks) {
        const isWhole = talk.server.text === talk.up && talk.client.text === talk.down;
        if (!mayEnd(met)) expect([isOpen(talk), isWhole]).toEqual([true, true]);
        else if (isOpen(talk)) expect(isWhole).toBe(true);
        else expect([talk.client.state, talk.server.state]).not.toContain('open');
      }
      expect(await bench.carries(0)).toBe(true);
      expect(bench.clock.pending).toBe(0);
    });
    await fc.assert(property, { seed: SEED, numRuns: 300 });
    const pairs = [...combined].filter((one) => one.split('+').length === 2);
    expect(pairs.length).toBeGreaterThan(12);
  });
});
