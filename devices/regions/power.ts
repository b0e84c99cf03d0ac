/**
 * The power region: whether the device runs. Whoever takes the power away also says how the
 * connection ends (in good order, or abandoned half-open), because memory goes with it whatever the
 * connection was doing; the connection region only follows.
 *
 *   off ──POWER_ON──▶ booting ──bootDelay──▶ on ──HEAP_EXHAUSTED, RESET──▶ resetting ──bootDelay──▶ on
 *    ▲                   │                   │                               │
 *    └── POWER_CUT, POWER_OFF ◀──────────────┴───────────────────────────────┘
 *   any ──BATTERY_EMPTY──▶ dead ──REPLACED──▶ booting
 *   on ──BRICKED──▶ bricked, for good
 */
import { vocabulary } from './region.ts';

const note = (state: string) => ({ type: 'note', params: { state } }) as const;
const supply = (on: boolean, cause: string) => ({ type: 'supply', params: { on, cause } }) as const;
const hangUp = (why: string) => ({ type: 'hangUp', params: { why } }) as const;
const abandon = (why: string) => ({ type: 'abandon', params: { why } }) as const;
const willBootAfter = (cause: string) => ({ type: 'willBootAfter', params: { cause } }) as const;

const powerLoss = {
  POWER_CUT: {
    target: 'off',
    actions: [abandon('power-cut'), 'loseState', supply(false, 'power-cut')],
  },
  POWER_OFF: {
    target: 'off',
    actions: [hangUp('power-off'), 'forgetAttempts', supply(false, 'power-off')],
  },
  BATTERY_EMPTY: {
    target: 'dead',
    actions: [abandon('battery-empty'), 'loseState', supply(false, 'battery-empty')],
  },
} as const;

export const power = vocabulary.createStateConfig({
  initial: 'off',
  states: {
    off: {
      entry: note('power.off'),
      on: {
        POWER_ON: {
          target: 'booting',
          actions: [willBootAfter('power-on'), supply(true, 'power-on')],
        },
        BATTERY_EMPTY: { target: 'dead' },
      },
    },
    booting: {
      entry: note('power.booting'),
      after: { bootDelay: { target: 'on' } },
      on: powerLoss,
    },
    on: {
      entry: ['countEpoch', 'boot', note('power.on')],
      on: {
        ...powerLoss,
        HEAP_EXHAUSTED: {
          target: 'resetting',
          actions: [abandon('heap-exhausted'), 'loseState', willBootAfter('watchdog')],
        },
        BRICKED: {
          target: 'bricked',
          actions: [abandon('bricked'), 'loseState', supply(false, 'bricked')],
        },
        RESET: {
          target: 'resetting',
          actions: ['restarting', hangUp('reset'), 'forgetAttempts', willBootAfter('reset')],
        },
      },
    },
    bricked: {
      entry: note('power.bricked'),
    },
    resetting: {
      entry: note('power.resetting'),
      after: { bootDelay: { target: 'on' } },
      on: powerLoss,
    },
    dead: {
      entry: note('power.dead'),
      on: {
        REPLACED: {
          target: 'booting',
          actions: [willBootAfter('replaced'), supply(true, 'replaced')],
        },
      },
    },
  },
});
