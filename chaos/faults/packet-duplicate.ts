/**
 * Chosen packets arrive twice, the second at once behind the first: what a sender does that is not
 * sure whether it has sent, without the DUP flag that would say so.
 */
import { defineFault } from '../fault.ts';
import { injectTap, packetEffect, packetParams } from '../packet-fault.ts';

export default defineFault({
  kind: 'packet-duplicate',
  summary: 'sends chosen MQTT packets twice',
  acts: 'link',
  additive: true,
  params: packetParams('PUBLISH'),
  resolve: (params) => packetEffect('duplicate', params),
  inject: injectTap,
});
