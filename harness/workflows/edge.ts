/**
 * Somebody who sets control loops from afar: each gateway is told now and then where to keep its
 * signal, whether or not it is there to hear it.
 */
import { movedNote, onGrid, phaseOf } from '#kernel';
import { defineWorkflow } from './workflow.ts';

const STREAM = 'edge-setting';

/** What every gateway is told in turn. */
interface Resolved {
  settings: readonly { setpoint: number; hysteresis?: number }[];
}

export default defineWorkflow({
  kind: 'edge',
  summary: 'sets the control loops of gateways anew now and then',
  params: {
    every: { kind: 'duration', about: 'Between two settings of one gateway.', min: '100ms' },
    setpoints: {
      kind: 'list',
      about: 'Where they are to keep their signal, in turn.',
      of: { kind: 'number', about: 'In the unit of the signal.' },
      min: 1,
      max: 1000,
    },
    hysteresis: {
      kind: 'number',
      about: 'How far apart they are to switch on and off; as it was if left out.',
      optional: true,
      min: 0,
    },
  },
  resolve: ({ every, setpoints, hysteresis }, { quantumMs, phases, entries, devices }) => {
    const everyMs = onGrid(Number(every), quantumMs);
    const gateways = devices.flatMap(({ entry }, device) =>
      entries[entry]?.carries === true ? [{ device, offsetMs: 0 }] : [],
    );
    const firstAt = phaseOf(phases, 'steady').from;
    const more = hysteresis === undefined ? {} : { hysteresis: Number(hysteresis) };
    const settings = (setpoints as readonly number[]).map((setpoint) => ({ setpoint, ...more }));
    const resolved: Resolved = { settings };
    return {
      resolved,
      streams: [
        {
          name: STREAM,
          way: 'down',
          noun: 'setting',
          schedule: { by: 'rounds', firstAt, everyMs, devices: gateways },
        },
      ],
      notes: movedNote('edge: every', Number(every), quantumMs),
      problems: gateways.length > 0 ? [] : [NO_GATEWAYS],
    };
  },
  start: (ports, resolved) => {
    const { settings } = resolved as Resolved;
    return ports.rounds(STREAM, (_, n) => settings[n % settings.length] ?? null);
  },
});

const NO_GATEWAYS = {
  code: 'no-gateways',
  message: 'the workflow edge sets control loops of gateways, and no entry of the fleet is carried',
  hint: 'give an entry via:',
};
