/**
 * Of two chosen packets the second arrives ahead of the first.
 */
import { defineFault } from '../fault.ts';
import { injectTap, packetEffect, packetParams } from '../packet-fault.ts';

export default defineFault({
  kind: 'packet-reorder',
  summary: 'swaps chosen MQTT packets, each with the next one of them',
  acts: 'link',
  additive: true,
  params: packetParams('PUBLISH'),
  resolve: (params) => packetEffect('reorder', params),
  inject: injectTap,
});
