/** Passes everything on. A marker, and the smallest example of a toxic. */
import { defineToxic, passing } from '../toxic.ts';

export default defineToxic({
  kind: 'noop',
  summary: 'passes everything on',
  attributes: {},
  start: passing,
});
