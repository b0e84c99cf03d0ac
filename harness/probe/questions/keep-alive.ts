/**
 * After how much silence a client is given up. A broker that looks every few seconds is forgiven
 * those: beside a usual keep-alive they are nothing, beside the short one here they would be much.
 * Tried: a Mosquitto comes at 1.5 keep-alives and up to 7 s.
 */
import { judged, notKept, type Question, saying } from '../question.ts';
import { pause, until } from '../raw-client.ts';

const KEEP_ALIVE_S = 10;
const LONGEST_MS = 46_000;
const LOOK_MS = 7500;
const ASKED = 1.5;

export const keepAlive: Question = {
  name: 'keep-alive-grace',
  isSlow: true,
  ask: async (stand) => {
    const silent = await stand.open('silent', { keepalive: KEEP_ALIVE_S });
    const beganAt = performance.now();
    // One that only speaks of itself: a broker must hear that, and not ask for pings.
    const talker = await stand.open('talker', { keepalive: KEEP_ALIVE_S });
    const talks = (async () => {
      while (!talker.isClosed && performance.now() - beganAt < KEEP_ALIVE_S * 2500) {
        talker.publish(stand.topic('alive/talk'), 'x', 0);
        await pause(1000);
      }
      return !talker.isClosed;
    })();
    await until(() => silent.isClosed, stand.within(LONGEST_MS));
    const lasted = performance.now() - beganAt;
    const factor = lasted / 1000 / KEEP_ALIVE_S;
    const told = factor.toFixed(1);
    const seen =
      `a client with a keep-alive of ${KEEP_ALIVE_S} s said nothing after its CONNECT ` +
      `(${LOOK_MS / 1000} s beyond 1.5 of them are forgiven)`;
    const isHeard = await talks;
    const heard = judged(
      isHeard,
      'keep-alive-heard',
      isHeard ? 'any packet counts' : 'given up while it spoke',
      'a client published once a second and sent no ping',
    );
    if (!silent.isClosed) {
      return [notKept('keep-alive-grace', `not given up after ${told} keep-alives`, seen), heard];
    }
    const isInTime = lasted - LOOK_MS <= ASKED * KEEP_ALIVE_S * 1000 && factor >= 1;
    const grace = isInTime ? ASKED : Math.max(1, Math.ceil(factor * 2 - 0.2) / 2);
    const finding = judged(isInTime, 'keep-alive-grace', `${told} keep-alives`, seen);
    return [saying(finding, { keepAliveGrace: grace }), heard];
  },
};
