/** What parts of devices write into the ledger, by the word of the part. */
export { CLOCK_OPS } from './clock-ops.ts';
export { DETECTOR_OPS } from './detector-ops.ts';
export { EDGE_OPS } from './edge-ops.ts';
export { GATEWAY_OPS } from './gateway-ops.ts';
export { OWN_TIME_OPS } from './own-time-ops.ts';
export { RELAY_OPS } from './relay-ops.ts';
export { SENSORS_OPS } from './sensors-ops.ts';
export { SPARKPLUG_OPS, SPARKPLUG_SEEN } from './sparkplug-ops.ts';
export { TEMPLATE_OPS, TWIN_OPS, TWIN_TRUTHS } from './twin-ops.ts';
