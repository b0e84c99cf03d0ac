/** What a scenario may set of a gateway's buffer and of its way up. */
import type { Params } from '#kernel';
import { DROP_POLICIES } from './store.ts';

export const BUFFER_PARAMS = {
  messages: {
    kind: 'integer',
    about: 'How many messages its buffer holds.',
    default: 10_000,
    min: 1,
    max: 1_000_000,
  },
  bytes: {
    kind: 'integer',
    about: 'How many bytes of payloads its buffer holds.',
    default: 4_000_000,
    min: 1,
    max: 1_000_000_000,
  },
  drop: {
    kind: 'choice',
    about:
      'Which one goes when the buffer is full: the oldest, the newest, which came, or the ' +
      'oldest of the lowest priority.',
    of: DROP_POLICIES,
    default: 'oldest',
  },
  priorities: {
    kind: 'map',
    about: 'Priority by the id of the fleet entry of a child; 0 for those not named.',
    of: { kind: 'integer', about: 'More is kept longer.', min: -1000, max: 1000 },
    default: {},
  },
  memory: {
    kind: 'choice',
    about: 'Where its buffer is: flash outlives a loss of power, ram does not.',
    of: ['ram', 'flash'],
    default: 'ram',
  },
  flush: {
    kind: 'duration',
    about: 'How often flash is written: what came since may be lost with the power.',
    default: '1s',
    min: '10ms',
  },
  backlog: {
    kind: 'share',
    about: 'Of the uplink after an outage, what the backlog gets while live messages wait too.',
    default: '50%',
  },
  rate: {
    kind: 'number',
    unit: '1/s',
    about: 'Messages a second that it sends on at most; as many as the uplink takes if left out.',
    optional: true,
    min: 0.1,
    max: 100_000,
  },
} as const satisfies Params;
