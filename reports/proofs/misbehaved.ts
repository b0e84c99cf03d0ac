/** Machines of devices went wrong: their true state was another than that of healthy ones. */
import { defineToldWrongly } from '../judging/told-wrongly.ts';

export default defineToldWrongly({
  kind: 'misbehaved',
  summary: 'the machines of its targets are in another state than healthy ones would be',
  op: 'machine/measured',
  isWrong: (entry) => (entry as unknown as { differs: boolean }).differs,
  say: (who) => `the machines of ${who} were in another state than healthy ones`,
});
