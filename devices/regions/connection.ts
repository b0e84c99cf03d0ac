/**
 * The connection region: when to connect, when to stay away, when to sleep. It follows the power
 * region (`running`) and never ends a connection for lack of power itself. Failures are forgotten
 * only after a connection has lasted, so a platform that accepts and then kicks sees growing waits
 * like one that refuses.
 *
 *   down ──running──▶ connecting ──CONNECTED──▶ online ──LOST──▶ backoff ──backoffDelay──▶ connecting
 *                        │   ▲                    │                 ▲
 *                        │   └──WAKE── sleeping ◀─┴─SLEEP           │
 *                        └──REFUSED | LOST | connectTimeout─────────┘        STOP ──▶ stopped
 */
import { vocabulary } from './region.ts';

const note = (state: string) => ({ type: 'note', params: { state } }) as const;
const hangUp = (why: string) => ({ type: 'hangUp', params: { why } }) as const;

/** Every state but down and stopped falls when the device does. */
const falls = { guard: 'notRunning', target: 'down' } as const;
/** A wait begins: late answers of the old attempt are no longer ours. */
const away = { target: 'backoff' } as const;

export const connection = vocabulary.createStateConfig({
  initial: 'down',
  on: { STOP: { target: '.stopped', actions: hangUp('stop') } },
  states: {
    down: {
      entry: note('connection.down'),
      always: { guard: 'running', target: 'connecting' },
    },
    connecting: {
      entry: [note('connection.connecting'), 'countAttempt', 'connect'],
      always: falls,
      after: { connectTimeout: { target: 'backoff', actions: hangUp('connect-timeout') } },
      on: {
        CONNECTED: { target: 'online', actions: 'sessionBegun' },
        REFUSED: away,
        LOST: away,
        SLEEP: { target: 'sleeping', actions: hangUp('sleep') },
      },
    },
    online: {
      entry: note('connection.online'),
      always: falls,
      after: { stableDelay: { actions: 'forgetAttempts' } },
      on: {
        LOST: away,
        // Nobody kicked us: a device that only wakes for a moment may forget its failures when it
        // goes to sleep.
        SLEEP: { target: 'sleeping', actions: [hangUp('sleep'), 'forgetAttempts'] },
      },
    },
    backoff: {
      entry: note('connection.backoff'),
      always: falls,
      after: { backoffDelay: { target: 'connecting' } },
      on: { SLEEP: { target: 'sleeping' } },
    },
    sleeping: {
      entry: note('connection.sleeping'),
      always: falls,
      on: { WAKE: { target: 'connecting' } },
    },
    stopped: {
      entry: note('connection.stopped'),
      on: { STOP: {} },
    },
  },
});
