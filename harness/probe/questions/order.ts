/** Order and single delivery of a plain flow over one topic, with nobody in its way. */
import { judged, type Question, saying } from '../question.ts';
import type { Message } from '../raw-client.ts';

const SENT = 400;
const LONG_MS = 15_000;

export const order: Question = {
  name: 'ordered',
  ask: async (stand) => {
    const topic = stand.topic('order/one');
    const reader = await stand.open('order');
    await reader.subscribe([topic], 1);
    const writer = await stand.open('orderw');
    const safe = await writer.burst(topic, SENT, 20, stand.within(LONG_MS));
    // A moment more than the last: a second one of any would come late.
    await reader.settled(SENT + 1, 1500, stand.within(LONG_MS));
    const { messages } = reader;
    reader.destroy();
    const [isOrdered, repeats, missing] = looks(messages, safe);
    return [
      saying(
        judged(
          isOrdered,
          'ordered',
          isOrdered ? 'kept' : 'not kept',
          `${messages.length} of ${SENT} messages of one topic came at QoS 1, ` +
            `${isOrdered ? 'none' : 'some'} after a newer one`,
        ),
        { ordered: isOrdered },
      ),
      judged(
        repeats === 0,
        'duplicates',
        repeats === 0 ? 'none without DUP' : `${repeats} without DUP`,
        `in the same ${SENT}, with every one answered`,
      ),
      judged(
        missing === 0,
        'acknowledged',
        missing === 0 ? 'all came' : `${missing} did not come`,
        `${safe} of the same ${SENT} had a PUBACK`,
      ),
    ];
  },
};

function looks(messages: readonly Message[], safe: number): [boolean, number, number] {
  const seen = new Set<number>();
  let newest = -1;
  let isOrdered = true;
  let repeats = 0;
  for (const { payload, dup } of messages) {
    const n = Number(payload);
    if (seen.has(n)) {
      if (!dup) repeats++;
      continue;
    }
    seen.add(n);
    if (n < newest) isOrdered = false;
    newest = Math.max(newest, n);
  }
  return [isOrdered, repeats, Math.max(0, safe - seen.size)];
}
