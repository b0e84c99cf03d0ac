/** A network profile of an author's own, with what a radio does besides. */
import { z } from 'zod';
import type { LinkProfile, RadioRule } from '#kernel';
import { duration, rate } from './atoms.ts';

const spell = (about: string) => duration(about, { min: 10, max: 3_600_000 });

const stalls = z
  .strictObject({
    good: spell('Mean length of a spell in which everything crosses.'),
    bad: spell('Mean length of a spell in which nothing does.'),
  })
  .meta({ description: 'Loss below TCP, which shows as stalls: a Gilbert-Elliott channel.' });

const handover = z
  .strictObject({
    every: spell('From one to the next.'),
    gap: spell('Nothing crosses for so long.'),
  })
  .refine((given) => given.gap < given.every, {
    path: ['gap'],
    error: 'must be shorter than every, or nothing would ever cross',
  })
  .meta({ description: 'Changes from cell to cell, or from satellite to satellite.' });

const paging = z
  .strictObject({ every: spell('From one window to the next.'), for: spell('How long it is.') })
  .refine((given) => given.for <= given.every, {
    path: ['for'],
    error: 'must not be longer than every',
  })
  .meta({ description: 'eDRX: windows in which it listens without having said anything.' });

const sleep = z
  .strictObject({
    active: spell('It listens for so long after it said something.'),
    paging: paging.optional(),
  })
  .meta({
    description: 'What comes down waits until the device speaks (PSM), or until it is paged.',
  });

export const network = z
  .strictObject({
    delay: duration('One-way delay.', { max: 60_000 }).prefault('0ms'),
    jitter: duration('Drawn evenly from delay ± jitter.', { max: 60_000 }).prefault('0ms'),
    rate: rate('Per direction; unlimited when left out.').optional(),
    stalls: stalls.optional(),
    handover: handover.optional(),
    sleep: sleep.optional(),
  })
  .refine((given) => given.jitter <= given.delay, {
    path: ['jitter'],
    error: 'must not exceed delay, or the delay would be negative',
  })
  .meta({ description: 'A network profile of your own.' });

export function profileOf(name: string, given: z.output<typeof network>): LinkProfile {
  const radio = radioOf(given);
  return {
    name,
    delayMs: given.delay,
    jitterMs: given.jitter,
    bytesPerSecond: given.rate ?? 0,
    ...(Object.keys(radio).length === 0 ? {} : { radio }),
  };
}

function radioOf({ stalls, handover, sleep }: z.output<typeof network>): RadioRule {
  const page = sleep?.paging;
  return {
    ...(stalls === undefined ? {} : { stalls: { goodMs: stalls.good, badMs: stalls.bad } }),
    ...(handover === undefined
      ? {}
      : { handover: { everyMs: handover.every, gapMs: handover.gap } }),
    ...(sleep === undefined
      ? {}
      : {
          sleep: {
            activeMs: sleep.active,
            paging: page === undefined ? null : { everyMs: page.every, openMs: page.for },
          },
        }),
  };
}
