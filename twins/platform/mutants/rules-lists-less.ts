/** Rules go by less than devices say, and what the platform lists says the same. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';
import { withLess } from './parts/payload.ts';

export default defineMutant<RuleSeams & TelemetrySeams>({
  kind: 'rules-lists-less',
  summary: 'goes by numbers that are one and a half too low, and lists those as what came',
  word: 'rules',
  caughtBy: 'no-phantom',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    payloadOf: (device, payload) => {
      fired(device);
      return withLess(payload);
    },
    list: withLess,
  }),
});
