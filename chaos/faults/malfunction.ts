/** A machine goes wrong in one of the ways that its model knows, and grows worse by a law. */
import { GROWTHS, type Malfunction } from '#kernel';
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'malfunction',
  summary: 'lets the machine of devices go wrong, in one of the ways of its model',
  acts: 'part',
  additive: true,
  parts: ['machine'],
  params: {
    of: {
      kind: 'text',
      about: 'Which way, by a name that the model has: twinstorm show MODEL tells them.',
      optional: true,
    },
    severity: {
      kind: 'number',
      about: 'How bad it gets: 1 is the worst that the model knows.',
      default: 1,
      min: 0,
      max: 1,
    },
    grows: {
      kind: 'choice',
      about: 'How it comes: at once, evenly, ever faster, or by fits and starts.',
      of: GROWTHS,
      default: 'step',
    },
    over: {
      kind: 'duration',
      about: 'From its onset until it is as bad as it gets; else as long as the fault lasts.',
      min: '1ms',
      optional: true,
    },
  },
  resolve: ({ of, severity, grows, over }) => ({
    toxics: [],
    down: false,
    part: {
      malfunction: {
        kind: of === undefined ? '' : String(of),
        severity: Number(severity),
        grows: String(grows) as Malfunction['grows'],
        overMs: over === undefined ? null : Number(over),
      },
    },
    proof: { kind: 'misbehaved' },
  }),
  inject: strikeDevices,
});
