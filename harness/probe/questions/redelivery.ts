/** When a message without a PUBACK comes again, and whether it says that it does. */
import { fact, judged, notKept, open, type Question, saying } from '../question.ts';
import { until } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const SOON_MS = 5000;
const LONGEST_MS = 40_000;

export const redelivery: Question = {
  name: 'redelivers-within',
  isSlow: true,
  ask: async (stand) => [...(await afterReturn(stand)), await onTheSpot(stand)],
};

async function afterReturn(stand: Stand) {
  const topic = stand.topic('again/one');
  const first = await stand.open('again', { clean: false, answers: false });
  await first.subscribe([topic], 1);
  const writer = await stand.open('againw');
  await writer.publishSafely(topic, 'x');
  if (!(await until(() => first.messages.length > 0, SOON_MS))) {
    return [open('redelivers-within', 'not seen', 'a first delivery did not come')];
  }
  first.destroy();
  const second = await stand.open('again', { clean: false });
  const beganAt = performance.now();
  const came = await until(() => second.messages.length > 0, stand.within(LONGEST_MS));
  const ms = performance.now() - beganAt;
  const seconds = (ms / 1000).toFixed(1);
  const seen = 'a reader got a message, did not answer it, lost its connection and came back';
  if (!came) return [notKept('redelivers-within', `not within ${seconds} s`, seen)];
  const isMarked = second.messages[0]?.dup === true;
  second.goodbye();
  const isSoon = ms <= SOON_MS;
  const within = isSoon ? 0 : (Math.ceil(ms / 1000) + 2) * 1000;
  return [
    saying(judged(isSoon, 'redelivers-within', `${seconds} s after the return`, seen), {
      redeliversWithinMs: within,
    }),
    judged(isMarked, 'redelivery-marked', isMarked ? 'with DUP' : 'without DUP', seen),
  ];
}

/** MQTT 3.1.1 leaves it open whether a message is sent again while its connection stands. */
async function onTheSpot(stand: Stand) {
  const topic = stand.topic('again/spot');
  const mute = await stand.open('spot', { answers: false });
  await mute.subscribe([topic], 1);
  const writer = await stand.open('spotw');
  await writer.publishSafely(topic, 'x');
  const beganAt = performance.now();
  const came = await until(() => mute.messages.length > 1, stand.within(6000));
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
  mute.destroy();
  const seen = 'a reader did not answer a message, and its connection stood';
  return fact('resends-unasked', came ? `after ${seconds} s` : `not within ${seconds} s`, seen);
}
