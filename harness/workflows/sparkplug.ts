/**
 * A host application of Sparkplug B that has lost sight of its nodes, now and then: it calls one to
 * be born again, which must then tell the world anew what it and its devices are.
 */
import { hashText, onGrid, phaseOf } from '#kernel';
import { defineWorkflow } from './workflow.ts';

const REBIRTH = 'rebirth';

export default defineWorkflow({
  kind: 'sparkplug',
  summary: 'calls edge nodes of Sparkplug B to be born again, in rounds',
  params: {
    rebirth: {
      kind: 'duration',
      about: 'Between two calls to the same node.',
      default: '20s',
      min: '2s',
    },
  },
  needs: ['sparkplug'],
  parts: ['sparkplug'],
  resolve: ({ rebirth }, { devices, phases, quantumMs, seed }) => {
    const everyMs = onGrid(Number(rebirth), quantumMs);
    // Nodes alone are called: whoever is carried is born with its carrier.
    const called = devices.flatMap(({ id, via }, device) => {
      if ((via ?? null) !== null) return [];
      const share = hashText(`${seed}/rebirth/${id}`) / 2 ** 32;
      return [{ device, offsetMs: Math.floor((share * everyMs) / quantumMs) * quantumMs }];
    });
    const firstAt = phaseOf(phases, 'steady').from;
    const schedule = { by: 'rounds' as const, firstAt, everyMs, devices: called };
    return {
      resolved: null,
      streams: [{ name: REBIRTH, way: 'down', qos: 0, schedule }],
    };
  },
  start: (ports) => {
    const rounds = ports.rounds(REBIRTH, () => ({}));
    return {
      stop: () => rounds.stop(),
      account: (untilMs) => rounds.account(untilMs),
      end: () => rounds.end(),
    };
  },
});
