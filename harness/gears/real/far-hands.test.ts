/** Links that a shard has the runner change: done, refused, and taken back, each by its number. */
import { expect, it } from 'vitest';
import type { Undo } from '#chaos';
import { FarHands, HandsDesk } from './far-hands.ts';

/** A shard and its desk, over lines as the control channel has them. */
function pair(fails = false) {
  const done: string[] = [];
  const change = async (what: string): Promise<Undo> => {
    if (fails) throw new Error('the proxy is away');
    done.push(what);
    return async () => void done.push(`no ${what}`);
  };
  const hands = new FarHands((order) => desk.hear(JSON.parse(JSON.stringify(order))));
  const desk = new HandsDesk(
    {
      addToxics: (cohort, fault, toxics) => change(`${toxics.length} of ${fault} on ${cohort}`),
      disableLink: (cohort) => change(`down ${cohort}`),
    },
    (answer) => hands.answered(JSON.parse(JSON.stringify(answer))),
  );
  return { hands, done };
}

it('does what a shard asks, and takes back that and nothing else', async () => {
  const { hands, done } = pair();
  const toxic = { type: 'noop', stream: 'upstream', attributes: {} } as const;
  const [first, second] = [await hands.addToxics(4, 'f', [toxic]), await hands.disableLink(7)];
  await second();
  expect(done).toEqual(['1 of f on 4', 'down 7', 'no down 7']);
  await Promise.all([first(), first()]);
  await first();
  expect(done.slice(3)).toEqual(['no 1 of f on 4']);
});

it('tells why nothing was done', async () => {
  await expect(pair(true).hands.disableLink(7)).rejects.toThrow('the proxy is away');
});
