/** The largest packet that is taken and handed on, up to a bound. */
import { generate } from 'mqtt-packet';
import { fact, notKept, type Question, saying } from '../question.ts';
import { until } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const SIZES = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576];
const LONG_MS = 6000;
/** A limit is found to so many bytes. */
const FINE = 64;

export const packets: Question = {
  name: 'packet-limit',
  ask: async (stand) => {
    let good = 0;
    let bad = 0;
    for (const size of SIZES) {
      if (!(await passes(stand, size))) {
        bad = size;
        break;
      }
      good = size;
    }
    const tried = `packets at QoS 1 of up to ${SIZES.at(-1)} bytes were sent to a reader`;
    if (bad === 0) return [fact('packet-limit', `${good} bytes at least`, tried)];
    while (bad - good > FINE && performance.now() < stand.deadline) {
      const middle = Math.floor((good + bad) / 2);
      if (await passes(stand, middle)) good = middle;
      else bad = middle;
    }
    const line = notKept('packet-limit', `${good} bytes; ${bad} did not arrive`, tried);
    return [good < 256 ? line : saying(line, { packetBytes: good })];
  },
};

let count = 0;

/** A packet of exactly so many bytes, fixed header and all. */
async function passes(stand: Stand, size: number): Promise<boolean> {
  const topic = stand.topic('packet/one');
  const name = `pk${count++}`;
  const reader = await stand.open(`${name}r`);
  await reader.subscribe([topic], 1);
  const writer = await stand.open(`${name}w`);
  const over = lengthOf(topic, size) - size;
  const payload = Buffer.alloc(size - over, 'x');
  writer.publish(topic, payload, 1);
  await until(() => writer.isClosed || reader.isClosed || reader.messages.length > 0, LONG_MS);
  const came = reader.messages[0]?.bytes === payload.length;
  for (const one of [reader, writer]) one.destroy();
  return came;
}

const lengthOf = (topic: string, bytes: number): number =>
  generate({
    ...{ cmd: 'publish', topic, qos: 1, dup: false, retain: false, messageId: 1 },
    payload: Buffer.alloc(bytes),
  } as never).length;
