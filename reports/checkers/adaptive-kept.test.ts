/** Why a sample was due stands with the finding. */
import { expect, it } from 'vitest';
import stories from '../testing/stories/adaptive.ts';
import adaptiveKept from './adaptive-kept.ts';

const said = (name: string): string | undefined =>
  stories['adaptive-kept'].failing[name]?.().ask(adaptiveKept).findings[0]?.message;

it('names the signal that had moved, or says that all were calm', () => {
  expect(said('it stays at the long interval')).toContain('level had moved');
  expect(said('it says one too early')).toContain('its signals were calm');
  expect(said('it leaves out the first')).toContain('nothing was said before');
});
