/**
 * Resets the connection: at the first data, or the first close, after `timeout` ms. Both peers see
 * a RST, also on connections older than the toxic (the original can only give those a FIN).
 */
import type { Cancel } from '#kernel';
import { defineToxic, MS_MAX } from '../toxic.ts';

export default defineToxic({
  kind: 'reset_peer',
  summary: 'resets the connection at the first data',
  attributes: {
    timeout: {
      about: 'Milliseconds from the first data to the reset',
      default: 0,
      min: -MS_MAX,
      max: MS_MAX,
    },
  },
  start: ({ attributes, destroy, timers }) => {
    let timeoutMs = attributes.timeout ?? 0;
    let cancel: Cancel | null = null;
    const provoke = (): void => {
      cancel ??= timers.after(Math.max(0, timeoutMs), () => destroy('rst'));
    };
    return {
      push: provoke,
      end: provoke,
      update: (changed) => {
        timeoutMs = changed.timeout ?? 0;
      },
      // What provoked it was discarded, so the stream has a hole and must not live on.
      remove: () => {
        if (cancel === null) return;
        cancel();
        destroy('rst');
      },
      stop: () => cancel?.(),
    };
  },
});
