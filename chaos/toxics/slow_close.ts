/** Passes data at once and holds a close back for `delay` ms. */
import type { Cancel } from '#kernel';
import { defineToxic, MS_MAX } from '../toxic.ts';

export default defineToxic({
  kind: 'slow_close',
  summary: 'delays a close',
  attributes: { delay: { about: 'Milliseconds', default: 0, min: -MS_MAX, max: MS_MAX } },
  start: ({ attributes, next, timers }) => {
    let delayMs = attributes.delay ?? 0;
    let cancel: Cancel | null = null;
    return {
      push: (chunk) => next.push(chunk),
      end: () => {
        cancel = timers.after(Math.max(0, delayMs), () => {
          cancel = null;
          next.end();
        });
      },
      update: (changed) => {
        delayMs = changed.delay ?? 0;
      },
      remove: () => {
        if (cancel === null) return;
        cancel();
        cancel = null;
        next.end();
      },
      stop: () => cancel?.(),
    };
  },
});
