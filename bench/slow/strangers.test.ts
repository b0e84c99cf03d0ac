/**
 * A broker that the product does not own lies about acknowledged messages, bytes, order, sessions
 * and retained values, and the findings equal its own log one for one. The full table is `node
 * bench/strangers.ts`.
 */
import { expect, it } from 'vitest';
import { compare } from '../../bench/strangers/compare.ts';
import { SHORT, SHORT_SECONDS } from '../../bench/strangers/scenes.ts';
import { playScene } from '../../bench/strangers/stage.ts';
import { real } from '../../tools/real.ts';

it('finds the lies of a stranger, and nothing else', { timeout: 300_000 }, async (context) => {
  const mosquitto = real('mosquitto');
  context.skip(mosquitto.skip, mosquitto.reason);
  const { result, log } = await playScene(SHORT, null, SHORT_SECONDS);
  const told = new Set(log.map(({ lie }) => lie));
  expect([...told].sort()).toEqual(Object.keys(SHORT.lies).sort());
  const { missed, surplus } = compare(log, result);
  expect({ missed, surplus }).toEqual({ missed: [], surplus: [] });
  expect(result.verdict).toBe('fail');
});
