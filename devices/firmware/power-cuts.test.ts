/**
 * Power goes at every step of a whole update, before it and half way through it, and at every pair
 * of steps of which the second follows soon: some image can always be run, it is one of the two
 * that were signed and whole, never one of an older counter than was kept, and the attempt ends
 * once.
 */
import { describe, expect, it } from 'vitest';
import { type Cut, type Flash, PAGE_BYTES, PowerLost } from './flash.ts';
import type { Care } from './store.ts';
import { CAREFUL } from './store.ts';
import { bytesOf, FACTORY, imageOf, newFlash, sha256, storeOn } from './testing/made.ts';
import { type Job, Updater } from './updater.ts';

/** Installed one after the other: the second over the bank that the factory filled. */
const IMAGES = [imageOf('2.1.0', 2), imageOf('2.2.0', 3)];
const JOBS = IMAGES.map(
  ({ text, signature }, at): Job => ({
    campaign: `wave-${at}`,
    attempt: 1,
    signed: { text, signature },
  }),
);
const CONTENTS = IMAGES.map(bytesOf);
const MADE = [FACTORY, ...IMAGES].map((image) => image.sha256);

interface Told {
  /** What was wrong on the way. */
  wrong: string[];
  /** How each ended. */
  endings: string[];
  boots: number;
  steps: number;
  /** The highest counter that was kept. */
  kept: number;
}

/** One life until both updates have ended, with power cut where it is said. */
function live(cutAt: (step: number) => Cut, care: Care = CAREFUL): Told {
  const flash = newFlash();
  flash.cutAt = cutAt;
  const told: Told = { wrong: [], endings: [], boots: 0, steps: 0, kept: 0 };
  for (let life = 0; life < 12; life++) {
    try {
      const updater = new Updater(storeOn(flash, care));
      for (let restarts = 0; restarts < 8 && told.endings.length < JOBS.length; restarts++) {
        if (!bootsWell(updater, flash, told)) return told;
        hearEnding(updater, told);
        const next = JOBS[told.endings.length];
        if (next === undefined) break;
        if (updater.job === null) updater.take(next);
        goOn(updater);
        hearEnding(updater, told);
      }
      told.steps = flash.steps;
      const runs = updater.booted?.manifest.version;
      const last = told.endings.lastIndexOf('confirmed');
      const due = last < 0 ? FACTORY.version : IMAGES[last]?.version;
      if (runs !== due) told.wrong.push(`it runs ${runs}, and ended ${told.endings.join(', ')}`);
      if (told.endings.length < JOBS.length) told.wrong.push('it has not ended');
      return told;
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
    }
  }
  told.wrong.push('it never comes to an end');
  return told;
}

/** Told by its memory of the last one, which must be that of the job at hand. */
function hearEnding({ last }: Updater, { endings }: Told): void {
  if (last?.campaign === JOBS[endings.length]?.campaign) endings.push(last?.status ?? '');
}

/** What a device does with what its flash says is next; ends before a restart. */
function goOn(updater: Updater): void {
  const at = JOBS.findIndex(({ campaign }) => campaign === updater.job?.campaign);
  const content = CONTENTS[at] ?? new Uint8Array();
  if (updater.phase === 'erase') updater.eraseStage();
  if (updater.phase === 'load') {
    for (let from = updater.store.stage.loaded(); from < content.length; ) {
      from = updater.write(from, content.subarray(from, from + 3 * PAGE_BYTES));
    }
    const flaw = updater.verify();
    if (flaw !== null) updater.end('failed', flaw);
  }
  if (updater.phase === 'install') for (const _ of updater.install());
  if (updater.phase === 'prove') updater.keep();
}

function bootsWell(updater: Updater, flash: Flash, told: Told): boolean {
  told.boots++;
  if (!updater.powerOn() || updater.booted === null) {
    told.wrong.push('nothing can be run');
    return false;
  }
  const { bank, manifest, isTrial } = updater.booted;
  const runs = sha256(storeOn(flash).banks[bank].bytes(manifest.size));
  if (!MADE.includes(runs)) told.wrong.push('it runs what nobody made');
  if (manifest.counter < told.kept) told.wrong.push('it runs what is older');
  if (!isTrial) told.kept = Math.max(told.kept, manifest.counter);
  return true;
}

const whole = live(() => 'none');
const KINDS = ['before', 'torn'] as const;

describe('a loss of power', () => {
  it('is not needed for an update to succeed', () => {
    expect(whole).toMatchObject({ wrong: [], endings: ['confirmed', 'confirmed'] });
    expect(whole.steps).toBeGreaterThan(120);
  });

  it('may come at every step', () => {
    for (const kind of KINDS) {
      for (let at = 0; at < whole.steps; at++) {
        const told = live((step) => (step === at ? kind : 'none'));
        expect(told.wrong, `${kind} step ${at}`).toEqual([]);
        expect(told.endings, `${kind} step ${at}`).not.toContain('failed');
      }
    }
  });

  it('may come again soon after, in what the first one brought about', () => {
    for (let at = 0; at < whole.steps; at++) {
      for (const later of [1, 2, 3]) {
        const told = live((step) => (step === at || step === at + later ? 'torn' : 'none'));
        expect(told.wrong, `${at} and ${at + later}`).toEqual([]);
      }
    }
  });

  it('finds what was forgotten', () => {
    const early = { ...CAREFUL, finishes: () => false, refuses: () => false };
    expect(live(() => 'none', early).wrong).toContain('it runs what nobody made');
  });
});
