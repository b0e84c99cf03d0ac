/** Sensors of devices said something else than there was, as the truth in the ledger says. */
import { defineToldWrongly } from '../judging/told-wrongly.ts';

export default defineToldWrongly({
  kind: 'misread',
  summary: 'the sensors of its targets say something else than there is',
  op: 'sensors/said',
  isWrong: (entry) => {
    const { was, said } = entry as unknown as Readonly<Record<'was' | 'said', string>>;
    return was !== said;
  },
  say: (who) => `the sensors of ${who} said something else than there was`,
});
