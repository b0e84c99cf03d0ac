/** Readings are taken to be of the time at which they came, and listed so. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';

export default defineMutant<RuleSeams & TelemetrySeams>({
  kind: 'rules-lists-arrival',
  summary: 'takes and lists the time at which a reading came for the time that it is of',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'late-data',
  plant: (fired) => ({
    store: (rows) => rows.map((row) => ({ ...row, intended: row.receivedAt })),
    timeOf: (device, _, received) => {
      fired(device);
      return received;
    },
  }),
});
