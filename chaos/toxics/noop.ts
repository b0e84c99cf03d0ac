/** Passes everything on. A marker, and the smallest example of a toxic. */
import { defineToxic } from '../toxic.ts';

export default defineToxic({
  kind: 'noop',
  summary: 'passes everything on',
  attributes: {},
  start: ({ next }) => ({
    push: (chunk) => next.push(chunk),
    end: () => next.end(),
    update: () => {},
    remove: () => {},
    stop: () => {},
  }),
});
