/** Who is told until that is answered, by the time of a wheel that is turned by hand. */
import { expect, it } from 'vitest';
import { Insistence } from './insistence.ts';

/** `answers`: with which status, one after the other. */
function at(answers: number[]) {
  let now = 0;
  const waiting: { at: number; fire(at: number): number }[] = [];
  const wheel = {
    add: (time: number, entry: { fire(at: number): number }) =>
      void waiting.push({ at: time, fire: entry.fire }),
  };
  const insistence = new Insistence({ wheel, now: () => now } as never);
  const said: string[] = [];
  const says = (what: string) => async () => {
    said.push(`${what} ${now}`);
    return { status: answers.shift() ?? 200 };
  };
  const turn = async (to: number): Promise<void> => {
    for (;;) {
      waiting.sort((a, b) => a.at - b.at);
      const [first] = waiting;
      if (first === undefined || first.at > to) break;
      waiting.shift();
      now = Math.max(now, first.at);
      first.fire(now);
      await insistence.settled;
    }
    now = to;
  };
  return { insistence, said, says, turn };
}

it('asks again until it is answered, with yes or with no', async () => {
  const { insistence, said, says, turn } = at([0, 503, 409]);
  const heard: number[] = [];
  insistence.from(100, says('a'), ({ status }) => heard.push(status));
  await turn(5000);
  expect(said).toEqual(['a 100', 'a 600', 'a 1100']);
  expect(heard).toEqual([409]);
});

it('begins nothing more when it is over', async () => {
  const { insistence, said, says, turn } = at([0]);
  insistence.now(says('a'));
  await insistence.settled;
  insistence.stop();
  await turn(5000);
  expect(said).toEqual(['a 0']);
});

it('does nothing more with an answer that comes when it is over', async () => {
  const { insistence, says, turn } = at([200]);
  const heard: number[] = [];
  insistence.now(says('a'), ({ status }) => heard.push(status));
  insistence.stop();
  await turn(5000);
  await insistence.settled;
  expect(heard).toEqual([]);
});

it('says one thing after the other, each when the one before it is answered', async () => {
  const { insistence, said, says, turn } = at([0, 0, 200, 200]);
  const words = [100, 300, 9000].map((time) => ({ at: time, ask: says(`${time}`) }));
  insistence.inTurn(words);
  await turn(10_000);
  expect(said).toEqual(['100 100', '100 600', '100 1100', '300 1101', '9000 9000']);
});
