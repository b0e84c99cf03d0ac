/**
 * A piece of the platform behind the target: its own proof said that it was there, then that it was
 * gone, and at last that it was there again. That somebody was told to take it away proves nothing.
 */
import type { FaultWindow, Timeline } from '#oracles';
import { UNCERTAIN } from '../link.ts';
import { type Answer, defineProof, no, type Sight, unseen, yes } from '../proof.ts';
import { formatSpan } from '../wording.ts';

export default defineProof({
  kind: 'hand-down',
  summary: 'a piece of the platform is proved to be gone, and then to be there again',
  link: ({ proof }) => (proof.cuts === true ? UNCERTAIN : {}),
  read: (sight) => [read(sight)],
});

function read({ fault, timeline }: Sight): Answer {
  const goneAt = first(timeline, fault, 'down');
  if (goneAt === null) return no('its piece of the platform was never proved to be gone');
  const backAt = first(timeline, fault, 'up');
  if (backAt === null || backAt < goneAt) {
    return unseen('its piece of the platform was gone, and never proved to be there again');
  }
  const seconds = formatSpan((backAt - goneAt) / 1000);
  return yes(`its piece of the platform was proved to be gone for ${seconds}`);
}

const first = ({ hands }: Timeline, { id }: FaultWindow, is: string): number | null =>
  hands.find((one) => one.fault === id && one.text === is)?.t ?? null;
