/**
 * Resets the connection: at the first data, or the first close, after `timeout` ms. Both peers see a RST, also on
 * connections older than the toxic (the original can only give those a FIN).
 */
import type { Cancel } from '#kernel';
import { defineToxic, MS_MAX } from '../toxic.ts';

export default defineToxic({
  kind: 'reset_peer',
  summary: 'resets the connection at the first data',
  attributes: {
    timeout: { about: 'Milliseconds from the first data to the reset', default: 0, min: 0, max: MS_MAX },
  },
  start: ({ attributes, destroy, timers }) => {
    let timeoutMs = attributes['timeout'] ?? 0;
    let cancel: Cancel | null = null;
    const provoke = (): void => {
      cancel ??= timers.after(timeoutMs, () => destroy('rst'));
    };
    return {
      push: provoke,
      end: provoke,
      update: (changed) => {
        timeoutMs = changed['timeout'] ?? 0;
      },
      remove: () => {
        if (cancel === null) return;
        cancel();
        destroy('rst');
      },
      stop: () => cancel?.(),
    };
  },
});
