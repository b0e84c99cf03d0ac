/** How far up QoS goes: what a publish is answered with, what a subscription is granted. */
import { judged, notKept, type Question, saying } from '../question.ts';
import { until } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const LONG_MS = 5000;

export const qos: Question = {
  name: 'max-qos',
  ask: async (stand) => {
    const two = await seenAt(stand, 2);
    if (two.answer === 'pubrec' && two.granted === 2 && two.came === 2) {
      return [saying(judged(true, 'max-qos', '2', seenOf(2, two)), { maxQos: 2 })];
    }
    const one = await seenAt(stand, 1);
    const isOne = one.answer === 'puback' && one.granted === 1 && one.came === 1;
    const found = notKept('max-qos', isOne ? '1' : '0', seenOf(2, two));
    return [saying(found, { maxQos: isOne ? 1 : 0 })];
  },
};

interface Seen {
  answer: string | null;
  granted: number | null;
  came: number | null;
}

async function seenAt(stand: Stand, level: 1 | 2): Promise<Seen> {
  const topic = stand.topic(`qos/${level}`);
  const reader = await stand.open(`qr${level}`);
  const granted = (await reader.subscribe([topic], level))?.[0] ?? null;
  const writer = await stand.open(`qw${level}`);
  writer.publish(topic, 'x', level);
  const answered = (): string | undefined =>
    writer.packets.find(({ cmd }) => cmd === 'puback' || cmd === 'pubrec')?.cmd;
  await until(() => writer.isClosed || answered() !== undefined, LONG_MS);
  if (granted !== null && granted < 3) await until(() => reader.messages.length > 0, LONG_MS);
  const seen = { answer: answered() ?? null, granted, came: reader.messages[0]?.qos ?? null };
  for (const one of [reader, writer]) one.destroy();
  return seen;
}

function seenOf(level: number, { answer, granted, came }: Seen): string {
  const answered = answer === null ? 'with nothing' : `with a ${answer.toUpperCase()}`;
  const given = granted === null ? 'not answered' : `granted ${granted}`;
  const arrived = came === null ? 'did not arrive' : `arrived at QoS ${came}`;
  return (
    `a publish at QoS ${level} was answered ${answered} and ${arrived}; ` +
    `a subscription at ${level} was ${given}`
  );
}
