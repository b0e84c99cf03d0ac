/** How much waits for one that is away, by a burst that is bounded: beyond it nothing is known. */
import { fact, judged, type Question, saying } from '../question.ts';

const BURST = 1500;
const WINDOW = 10;
const LONG_MS = 25_000;
const QUIET_MS = 4000;

export const queue: Question = {
  name: 'queue-limit',
  ask: async (stand) => {
    const topic = stand.topic('queue/one');
    const away = await stand.open('queue', { clean: false });
    await away.subscribe([topic], 1);
    away.goodbye();
    const writer = await stand.open('queuew');
    const safe = await writer.burst(topic, BURST, WINDOW, stand.within(LONG_MS));
    const back = await stand.open('queue', { clean: false });
    await back.settled(safe, QUIET_MS, stand.within(LONG_MS));
    const numbers = back.messages.map(({ payload }) => Number(payload));
    const distinct = new Set(numbers);
    const inOrder = numbers.every((n, at) => at === 0 || n >= (numbers[at - 1] ?? 0));
    const which = distinct.has(0) ? 'the newest' : 'the oldest';
    const seen =
      `${safe} messages at QoS 1 were acknowledged while their reader was away, ` +
      `and ${distinct.size} came when it was back`;
    const room = Math.max(distinct.size, 1);
    const line =
      distinct.size < safe
        ? fact('queue-limit', `${distinct.size}, then ${which} are dropped`, seen)
        : fact('queue-limit', `${safe} at least`, seen);
    const order = `the ${distinct.size} that had waited`;
    return [
      saying(line, { queueLimit: room }),
      judged(inOrder, 'queue-order', inOrder ? 'kept' : 'not kept', `by the numbers of ${order}`),
    ];
  },
};
