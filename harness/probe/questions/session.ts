/** Whether a kept session is kept while its client is away, and a clean one is not. */
import { judged, type Question } from '../question.ts';

const QUEUED = 10;
const LONG_MS = 8000;

export const session: Question = {
  name: 'kept-session',
  ask: async (stand) => {
    const topic = stand.topic('session/one');
    const first = await stand.open('sess', { clean: false });
    await first.subscribe([topic], 1);
    first.goodbye();
    const writer = await stand.open('sessw');
    let safe = 0;
    for (let n = 0; n < QUEUED; n++) if (await writer.publishSafely(topic, String(n))) safe++;
    const second = await stand.open('sess', { clean: false });
    const came = await second.settled(QUEUED, 3000, LONG_MS);
    const isPresent = second.isSessionPresent;
    second.goodbye();
    const third = await stand.open('sess', { clean: true });
    // A flag is soon said: what the forgotten session had subscribed to must not come either.
    await writer.publishSafely(topic, 'for nobody');
    const heard = await third.settled(1, 1500, LONG_MS);
    const isOld = third.isSessionPresent || heard > 0;
    third.goodbye();
    const word = isPresent ? 'session present' : 'no session present';
    return [
      judged(
        isPresent && came >= safe,
        'kept-session',
        isPresent && came >= safe ? 'kept while the client is away' : 'not kept whole',
        `a client with a clean flag of 0 went and came back: ${word}, ` +
          `${came} of ${safe} acknowledged messages had waited`,
      ),
      judged(
        !isOld,
        'clean-session',
        isOld ? 'not forgotten' : 'forgotten',
        `the same client came back with a clean flag of 1: ` +
          `${third.isSessionPresent ? '' : 'no '}session present, ` +
          `and what it had subscribed to ${heard > 0 ? 'came' : 'did not come'}`,
      ),
    ];
  },
};
