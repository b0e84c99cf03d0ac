/** What devices speak where nothing is said of it: MQTT, in the version of the target. */
import { DeviceConnection } from '../device-connection.ts';
import { defineProtocol } from '../protocol.ts';

export default defineProtocol({
  kind: 'mqtt',
  summary: 'a session, messages both ways, and a will',
  params: {},
  sessions: true,
  reach: (fleet, owner) => new DeviceConnection(fleet, owner),
});
