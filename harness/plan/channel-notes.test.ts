/** A channel that nobody answers is told with the plan; a foreign target's are its own affair. */
import { expect, it } from 'vitest';
import type { Catalog, EntryPlan } from '#kernel';
import { defineService, serviceFamily } from '#platform';
import { channelNotes } from './channel-notes.ts';

const talk = defineService({
  kind: 'talk',
  summary: 'talks',
  schema: '',
  truth: 'talk',
  channels: ['talk'],
  start: () => ({ routes: { talk: () => ({}) }, channels: { talk: () => {} } }),
});

const catalog = {
  of: (family: unknown) =>
    new Map<string, unknown>(
      family === serviceFamily
        ? [['talk', talk]]
        : [
            ['embedded', { twin: true }],
            ['url', {}],
          ],
    ),
  words: () => new Map(),
} as unknown as Catalog;

const entries = [{ channels: ['talk', 'tolk', 'download'] }, {}] as unknown as EntryPlan[];

it('names each, with the nearest', () => {
  const notes = channelNotes(entries, { kind: 'embedded', name: 'platform twin' }, catalog);
  const leads = (channel: string) =>
    `no service of the platform twin answers the channel ${channel}: it leads to the broker`;
  expect(notes).toEqual([
    `${leads('download')} (known: talk)`,
    `${leads('tolk')} (did you mean 'talk'?)`,
  ]);
});

it('says nothing of a target of somebody else', () => {
  expect(channelNotes(entries, { kind: 'url', name: 'a broker' }, catalog)).toEqual([]);
});
