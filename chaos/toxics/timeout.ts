/**
 * Swallows all data. After `timeout` ms without any the connection is closed; 0 never closes it: the black hole.
 * What was swallowed is a hole in the byte stream, so taking the toxic away closes the connection as well.
 */
import type { Cancel } from '#kernel';
import { defineToxic, MS_MAX } from '../toxic.ts';

export default defineToxic({
  kind: 'timeout',
  summary: 'swallows data; closes after a silence, or with 0 only when removed',
  attributes: {
    timeout: { about: 'Silence in milliseconds after which the connection closes', default: 0, min: 0, max: MS_MAX },
  },
  start: ({ attributes, destroy, next, timers }) => {
    let timeoutMs = attributes['timeout'] ?? 0;
    let cancel: Cancel | null = null;
    const arm = (): void => {
      cancel?.();
      cancel = timeoutMs > 0 ? timers.after(timeoutMs, () => destroy('fin')) : null;
    };
    arm();
    return {
      push: arm,
      end: () => next.end(),
      update: (changed) => {
        timeoutMs = changed['timeout'] ?? 0;
        arm();
      },
      remove: () => {
        cancel?.();
        destroy('fin');
      },
      stop: () => cancel?.(),
    };
  },
});
