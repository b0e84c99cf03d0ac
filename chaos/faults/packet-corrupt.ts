/**
 * Chosen packets arrive with bits in their first byte that MQTT forbids. Whoever reads such a one
 * must end the connection (MQTT-4.8.0-1).
 */
import { defineFault } from '../fault.ts';
import { injectTap, packetEffect, packetParams } from '../packet-fault.ts';

export default defineFault({
  kind: 'packet-corrupt',
  summary: 'spoils the first byte of chosen MQTT packets',
  acts: 'link',
  additive: true,
  params: packetParams('PUBACK'),
  resolve: (params) => packetEffect('corrupt', params),
  inject: injectTap,
});
