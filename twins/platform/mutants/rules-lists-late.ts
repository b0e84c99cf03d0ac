/** Readings are looked at long after they were acknowledged, and listed as if they came then. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';

/** More than any deadline allows that a scenario of ours declares. */
const LATE_MS = 6000;

export default defineMutant<RuleSeams & TelemetrySeams>({
  kind: 'rules-lists-late',
  summary: 'looks at readings six seconds after they came, and lists that they came then',
  word: 'rules',
  caughtBy: 'rule-deadline',
  scenario: 'composed-rules',
  plant: (fired) => ({
    store: (rows) => rows.map((row) => ({ ...row, receivedAt: row.receivedAt + LATE_MS })),
    takeLateMs: (device) => {
      fired(device);
      return LATE_MS;
    },
  }),
});
