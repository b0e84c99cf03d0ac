/** How many messages of one session may stand without an answer, each way. */
import { fact, type Question, saying } from '../question.ts';
import { until } from '../raw-client.ts';

const SENT = 150;
const QUIET_MS = 2500;
const LONG_MS = 12_000;

export const inFlight: Question = {
  name: 'inflight-limit',
  ask: async (stand) => {
    const topic = stand.topic('flight/out');
    const mute = await stand.open('mute', { answers: false });
    await mute.subscribe([topic], 1);
    const writer = await stand.open('mutew');
    await writer.burst(topic, SENT, 10, stand.within(LONG_MS));
    const out = await mute.settled(SENT, QUIET_MS, stand.within(LONG_MS));
    mute.destroy();
    const taken = await takenOf();
    const limit = Math.max(1, Math.min(out, taken.isCapped ? taken.count : SENT));
    const said = (count: number): string => (count >= SENT ? `${SENT} at least` : String(count));
    return [
      saying(
        fact(
          'inflight-limit',
          `${said(out)} to a reader`,
          `of ${SENT} messages at QoS 1, a reader that answers none was sent ${out}`,
        ),
        { inflightLimit: limit },
      ),
      fact(
        'inflight-taken',
        taken.isCapped ? `${taken.count} from a writer` : taken.found,
        `a writer sent ${SENT} at QoS 2 and released none; ` +
          `${taken.count} got a PUBREC${taken.isClosed ? ', then it was cut off' : ''}`,
      ),
    ];

    async function takenOf() {
      const eager = await stand.open('eager', { answers: false });
      for (let n = 0; n < SENT; n++) eager.publish(stand.topic('flight/in'), String(n), 2);
      const count = (): number => eager.packets.filter(({ cmd }) => cmd === 'pubrec').length;
      const other = (): boolean => eager.packets.some(({ cmd }) => cmd === 'puback');
      let before = -1;
      while (count() !== before && count() < SENT && !eager.isClosed && !other()) {
        before = count();
        await until(() => count() > before, QUIET_MS);
      }
      const { isClosed } = eager;
      eager.destroy();
      const isCapped = !other() && count() > 0 && count() < SENT;
      const found = other() ? 'no QoS 2' : count() === 0 ? 'none' : `${SENT} at least`;
      return { count: count(), isClosed, isCapped, found };
    }
  },
};
