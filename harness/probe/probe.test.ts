/** A probe that breaks off leaves a broker as it found it. */
import type { Duplex } from 'node:stream';
import mqttPacket from 'mqtt-packet';
import { expect, it } from 'vitest';
import { WorldError } from '#kernel';
import { MEMORY_AEDES } from '../testing/brokers.ts';
import type { Hands } from './hands.ts';
import { probe } from './probe.ts';
import { RawClient } from './raw-client.ts';

const broken = async (): Promise<never> => {
  throw new WorldError('hands', '--kill (exit 3) ended with 3');
};
const HANDS: Hands = { kill: broken, start: async () => {}, heal: async () => {} };

/** Tells who says hello on it. */
function overheard(end: Duplex, ids: Set<string>): Duplex {
  const parser = mqttPacket.parser();
  parser.on('packet', (packet) => packet.cmd === 'connect' && ids.add(packet.clientId));
  const write = end.write.bind(end);
  end.write = ((chunk: Buffer, ...rest: []) => {
    parser.parse(chunk);
    return write(chunk, ...rest);
  }) as Duplex['write'];
  return end;
}

it.each<[string, Hands]>([
  ['its kill fails', HANDS],
  ['neither kill nor start work', { ...HANDS, heal: broken }],
])('takes back what it kept and retained where %s', async (_, hands) => {
  const broker = await MEMORY_AEDES.start();
  const ids = new Set<string>();
  try {
    const probed = probe({
      way: { open: () => overheard(broker.open(), ids), login: {} },
      ...{ hands, prefix: 'probed', only: ['over-a-restart'] },
      ...{ signal: new AbortController().signal, onAnswer: () => {} },
    });
    await expect(probed).rejects.toThrow('ended with 3');
    const id = [...ids].find((one) => one.endsWith('-dur')) ?? 'nobody';
    const again = new RawClient(broker.open(), {});
    await again.enter({ clientId: id, clean: false });
    expect([id, again.isSessionPresent]).toEqual([expect.stringMatching(/-dur$/), false]);
    await again.subscribe(['probed/#'], 1);
    await again.settled(1, 300, 2000);
    expect(again.messages).toEqual([]);
    again.destroy();
  } finally {
    await broker.close();
  }
});
