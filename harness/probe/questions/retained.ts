/** How retained values are handed to a new subscriber: by which filters, marked or not, all. */
import { type Finding, judged, notKept, open, type Question, saying } from '../question.ts';
import type { RawClient } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const MANY = 200;
const LONG_MS = 6000;
const QUIET_MS = 2500;

export const retained: Question = {
  name: 'retained',
  ask: async (stand) => {
    const topics = Array.from({ length: MANY }, (_, n) => stand.retains(stand.topic(`ret/${n}/v`)));
    const [one = ''] = topics;
    const writer = await stand.open('retw');
    const live = await stand.open('retl');
    await live.subscribe([one], 1);
    if (!(await writer.publishSafely(one, '0', { retain: true }))) {
      return [open('retained', 'not acknowledged', 'a retained publish at QoS 1 got no PUBACK')];
    }
    await live.settled(1, QUIET_MS, LONG_MS);
    for (const topic of topics.slice(1)) await writer.publishSafely(topic, '1', { retain: true });
    const exact = await readerOf(stand, 'rete', one, 1);
    const wild = await readerOf(stand, 'reth', stand.topic('ret/#'), MANY);
    const plus = await readerOf(stand, 'retp', stand.topic('ret/+/v'), MANY);
    await writer.publishSafely(one, '', { retain: true });
    const after = await readerOf(stand, 'reta', one, 1);
    return [
      handedOver(exact, wild, plus),
      judged(
        live.messages[0]?.retain === false,
        'retained-live',
        live.messages[0]?.retain === false ? 'not marked' : 'marked, or did not come',
        'a value was retained while its topic was subscribed to already (MQTT 3.1.1 §3.3.1.3)',
      ),
      judged(
        after.messages.length === 0,
        'retained-cleared',
        after.messages.length === 0 ? 'cleared' : 'still there',
        'an empty retained value was published, and the topic subscribed to anew',
      ),
    ];
  },
};

function handedOver(exact: RawClient, wild: RawClient, plus: RawClient): Finding {
  const [one] = exact.messages;
  const mark = one?.retain === true ? 'marked' : 'unmarked';
  const came =
    `by its own topic one ${one === undefined ? 'did not come' : `came ${mark}`}; ` +
    `of ${MANY}, ${wild.messages.length} came for # and ${plus.messages.length} for +`;
  const some = [one, ...wild.messages, ...plus.messages].filter((each) => each !== undefined);
  if (some.length === 0) return notKept('retained', 'none are handed over', came);
  const isMarked = some.every(({ retain }) => retain);
  const [forHash, forPlus] = [wild.messages.length, plus.messages.length];
  if (forHash === 0 && forPlus === 0 && isMarked) {
    return saying(notKept('retained', 'for exact topics only', came), { retained: 'exact-topics' });
  }
  if (!isMarked) {
    const found = notKept('retained', 'without their mark', came);
    return saying(found, { retained: 'unflagged' });
  }
  if (one === undefined || forHash < MANY || forPlus < MANY) {
    return notKept('retained', 'some are missing', came);
  }
  return saying(judged(true, 'retained', 'marked, for any filter', came), { retained: 'flagged' });
}

async function readerOf(
  stand: Stand,
  name: string,
  filter: string,
  count: number,
): Promise<RawClient> {
  const reader = await stand.open(name);
  await reader.subscribe([filter], 1);
  await reader.settled(count, QUIET_MS, LONG_MS);
  reader.destroy();
  return reader;
}
