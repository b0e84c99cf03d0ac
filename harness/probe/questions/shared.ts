/** Whether `$share` is known, and whether each message of a share goes to one member alone. */
import { fact, judged, type Question } from '../question.ts';
import { NotLetIn } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const SENT = 40;

export const shared: Question = {
  name: 'shared',
  ask: async (stand) => [await ask(stand, 4), await ask(stand, 5)].flat(),
};

async function ask(stand: Stand, version: 4 | 5) {
  const line = `shared-mqtt-${version === 4 ? '3.1.1' : '5'}`;
  const topic = stand.topic(`share/${version}`);
  const filter = `$share/${stand.id('g')}/${topic}`;
  try {
    const members = [];
    for (const name of ['a', 'b']) {
      const member = await stand.open(`share${version}${name}`, { version });
      const granted = await member.subscribe([filter], 1);
      if (granted === null || (granted[0] ?? 0x80) >= 0x80) {
        const end = member.isClosed ? 'the connection ends' : 'no answer';
        const how = granted === null ? end : `SUBACK ${granted[0]}`;
        return [fact(line, 'refused', `two clients subscribed to $share/…: ${how}`)];
      }
      members.push(member);
    }
    const writer = await stand.open(`share${version}w`, { version });
    await writer.burst(topic, SENT, 10, 8000);
    await Promise.all(members.map((one) => one.settled(SENT, 1500, 6000)));
    const counts = members.map(({ messages }) => messages.length);
    const all = members.flatMap(({ messages }) => messages.map(({ payload }) => payload));
    const distinct = new Set(all).size;
    const got = counts.join(' and ');
    const seen = `of ${SENT} messages, members of a share got ${got}, ${distinct} different ones`;
    if (all.length === 0) return [fact(line, 'not known: nothing came', seen)];
    const isShared = all.length === distinct && distinct === SENT;
    const found = isShared ? 'each to one member' : 'not each to one member';
    return [judged(isShared, line, found, seen)];
  } catch (error) {
    if (error instanceof NotLetIn && version === 5) return [];
    throw error;
  }
}
