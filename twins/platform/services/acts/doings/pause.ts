/** Holds a campaign of firmware, until an operator lets it go on. */
import type { Doing } from './doing.ts';

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

export const pause: Doing = {
  word: 'pause',
  read: (asked) => {
    if (typeof asked !== 'string' || !NAME.test(asked)) return 'pause names a campaign';
    return {
      aims: {},
      perform: (_, { ports }) =>
        ports.perform(`ota/${asked}/pause`, {}).status === 200 ? null : 'refused',
    };
  },
};
