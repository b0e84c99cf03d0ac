/**
 * Chosen packets never arrive, and the connection goes on as if they had been sent: an
 * acknowledgement that is lost on its way, which plain TCP never does.
 */
import { defineFault } from '../fault.ts';
import { injectTap, packetEffect, packetParams } from '../packet-fault.ts';

export default defineFault({
  kind: 'packet-drop',
  summary: 'swallows chosen MQTT packets; the connection stays',
  acts: 'link',
  additive: true,
  params: packetParams('PUBACK'),
  resolve: (params) => packetEffect('drop', params),
  inject: injectTap,
});
