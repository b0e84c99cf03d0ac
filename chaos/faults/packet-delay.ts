/**
 * Chosen packets come so much later than all others of their connection. Those that are held keep
 * their order among themselves.
 */
import { defineFault } from '../fault.ts';
import { injectTap, packetEffect, packetParams } from '../packet-fault.ts';

export default defineFault({
  kind: 'packet-delay',
  summary: 'holds chosen MQTT packets back; all others pass them',
  acts: 'link',
  additive: true,
  params: {
    ...packetParams('PUBACK'),
    delay: {
      kind: 'duration',
      about: 'How long each is held',
      default: '2s',
      min: '1ms',
      max: '10m',
    },
  },
  resolve: (params) => packetEffect('delay', params),
  inject: injectTap,
});
