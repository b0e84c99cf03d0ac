/** Whether QoS 2 is what it says: each message once, none lost, with nobody in its way. */
import { judged, open, type Question } from '../question.ts';

const SENT = 200;
const LONG_MS = 15_000;

export const exactlyOnce: Question = {
  name: 'exactly-once',
  ask: async (stand) => {
    const topic = stand.topic('once/one');
    const reader = await stand.open('once');
    const granted = (await reader.subscribe([topic], 2))?.[0];
    if (granted !== 2) {
      return [open('exactly-once', 'no QoS 2', `a subscription at 2 was granted ${granted}`)];
    }
    const writer = await stand.open('oncew');
    const safe = await writer.burst(topic, SENT, 10, stand.within(LONG_MS), String, 2);
    await reader.settled(SENT + 1, 2000, stand.within(LONG_MS));
    const numbers = reader.messages.map(({ payload }) => payload);
    const repeats = numbers.length - new Set(numbers).size;
    const lost = Math.max(0, safe - new Set(numbers).size);
    const flaws = [
      ...(repeats > 0 ? [`${repeats} came twice`] : []),
      ...(lost > 0 ? [`${lost} did not come`] : []),
    ];
    const seen = `${safe} of ${SENT} messages at QoS 2 were completed, and ${numbers.length} came`;
    return [
      judged(flaws.length === 0, 'exactly-once', flaws.join(', ') || 'each of them once', seen),
    ];
  },
};
