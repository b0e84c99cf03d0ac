/**
 * What outlives a kill without warning: sessions, what waited in them, retained values. Asked last
 * and alone, since everybody else's connection ends with it.
 */
import type { Hands } from '../hands.ts';
import { type Finding, judged, open, type Question, saying } from '../question.ts';
import { pause, type RawClient } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const EARLY = 20;
/** Acknowledged in the very last moment. */
const LATE = 200;
const RETAINED = 20;
const BACK_MS = 60_000;
const LONG_MS = 15_000;

export const restart = (hands: Hands): Question => ({
  name: 'over-a-restart',
  ask: async (stand) => {
    const topic = stand.topic('restart/queue');
    const away = await stand.open('dur', { clean: false });
    await away.subscribe([topic], 1);
    away.goodbye();
    const writer = await stand.open('durw');
    const values = Array.from({ length: RETAINED }, (_, n) =>
      stand.retains(stand.topic(`restart/ret/${n}`)),
    );
    for (const value of values) await writer.publishSafely(value, 'x', { retain: true });
    const early = await writer.burst(topic, EARLY, 1, LONG_MS);
    await pause(1000);
    const late = await writer.burst(topic, LATE, 50, LONG_MS, (n) => String(EARLY + n));
    await hands.kill();
    await hands.start();
    const back = await enterAgain(stand);
    if (back === null) {
      return [open('durable-sessions', 'it did not come back', `within ${BACK_MS / 1000} s`)];
    }
    await back.settled(early + late, 4000, LONG_MS);
    const came = new Set(back.messages.map(({ payload }) => Number(payload))).size;
    const reader = await stand.open('durr');
    // By their own topics, since some hand none over for a wildcard.
    await reader.subscribe(values, 1);
    const held = await reader.settled(RETAINED, 4000, LONG_MS);
    return findings(back.isSessionPresent, came, early + late, held);
  },
});

function findings(isPresent: boolean, came: number, safe: number, held: number): Finding[] {
  const present = isPresent ? 'its session was present' : 'no session was present';
  const seen =
    `the broker was killed and started: ${present}, ` +
    `and ${came} of ${safe} messages that had been acknowledged for it came`;
  const areSessions = isPresent && came > 0;
  const isEarly = areSessions && came < safe;
  const areRetained = held >= RETAINED;
  const durable = judged(areSessions, 'durable-sessions', areSessions ? 'yes' : 'no', seen);
  const values = judged(
    areRetained,
    'durable-retained',
    areRetained ? 'yes' : 'no',
    `of ${RETAINED} retained values, ${held} were there after a kill and a start`,
  );
  return [
    saying(durable, { durableSessions: areSessions }),
    ...(areSessions
      ? [
          saying(
            judged(!isEarly, 'acknowledges-early', isEarly ? `${safe - came} lost` : 'no', seen),
            { acknowledgesEarly: isEarly },
          ),
        ]
      : []),
    saying(values, { durableRetained: areRetained }),
  ];
}

/** It may listen before it lets anybody in. */
async function enterAgain(stand: Stand): Promise<RawClient | null> {
  for (const end = performance.now() + BACK_MS; performance.now() < end; await pause(200)) {
    try {
      return await stand.open('dur', { clean: false });
    } catch {
      // Not yet.
    }
  }
  return null;
}
