/**
 * Swallows all data. After `timeout` ms without any the connection is closed; 0 never closes it:
 * the black hole. What was swallowed is a hole in the byte stream, so taking the toxic away closes
 * the connection as well, even one that its toxicity spared (as in the original).
 */
import type { Cancel } from '#kernel';
import { defineToxic, MS_MAX, passing } from '../toxic.ts';

export default defineToxic({
  kind: 'timeout',
  summary: 'swallows data; closes after a silence, or with 0 only when removed',
  attributes: {
    timeout: {
      about: 'Silence in milliseconds after which the connection closes',
      default: 0,
      min: -MS_MAX,
      max: MS_MAX,
    },
  },
  start: ({ attributes, next, timers }) => {
    let timeoutMs = attributes.timeout ?? 0;
    let cancel: Cancel | null = null;
    const arm = (): void => {
      cancel?.();
      cancel = timeoutMs > 0 ? timers.after(timeoutMs, () => next.end()) : null;
    };
    const close = (): void => {
      cancel?.();
      next.end();
    };
    arm();
    return {
      push: arm,
      end: close,
      update: (changed) => {
        timeoutMs = changed.timeout ?? 0;
        arm();
      },
      remove: close,
      stop: () => cancel?.(),
    };
  },
  spare: (context) => ({ ...passing(context), remove: () => context.next.end() }),
});
