/** What is refused, and how: filters over everything or that are none, topics of the broker. */
import { type Finding, fact, judged, type Question } from '../question.ts';
import { until } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

export const access: Question = {
  name: 'access',
  ask: async (stand) => {
    const bad = await granted(stand, stand.topic('a/#/b'), 'accb');
    return [
      await asFact(stand, 'subscribe-all', '#', 'acca'),
      await asFact(stand, 'subscribe-sys', '$SYS/#', 'accs'),
      judged(
        bad !== 'granted',
        'subscribe-malformed',
        bad,
        'a filter with # in its middle (MQTT 3.1.1 §4.7.1.2)',
      ),
      await published(stand),
    ];
  },
};

async function asFact(stand: Stand, line: string, filter: string, name: string): Promise<Finding> {
  return fact(line, await granted(stand, filter, name), `a subscription to ${filter}`);
}

/** Gone at once: what else flows there is none of ours. */
async function granted(stand: Stand, filter: string, name: string): Promise<string> {
  const client = await stand.open(name);
  const answer = await client.subscribe([filter], 0);
  const { isClosed } = client;
  client.destroy();
  const [code] = answer ?? [];
  if (code === undefined) return isClosed ? 'the connection ends' : 'no answer';
  return code >= 0x80 ? `refused with ${code}` : 'granted';
}

async function published(stand: Stand): Promise<Finding> {
  const client = await stand.open('accp');
  client.publish(`$SYS/${stand.prefix}`, 'x', 1);
  await until(() => client.isClosed || client.packets.length > 0, 3000);
  const found = client.isClosed
    ? 'the connection ends'
    : client.packets.some(({ cmd }) => cmd === 'puback')
      ? 'acknowledged'
      : 'no answer';
  client.destroy();
  return fact('publish-sys', found, 'a publish at QoS 1 below $SYS');
}
