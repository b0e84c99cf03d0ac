/**
 * Data takes longer. `delay` is one way and applied both ways, so a round trip takes twice as much
 * more.
 */
import { defineFault } from '../fault.ts';
import { injectToxics } from '../link-fault.ts';

export default defineFault({
  kind: 'latency',
  summary: 'delays all data, both ways',
  acts: 'link',
  additive: true,
  underState: 'ends',
  params: {
    delay: { kind: 'duration', about: 'One-way delay', default: '200ms', min: '1ms', max: '10m' },
    jitter: { kind: 'duration', about: 'Largest deviation, uniform', default: '0ms', max: '10m' },
  },
  resolve: (params) => {
    const delayMs = Math.round(Number(params.delay));
    const jitterMs = Math.round(Number(params.jitter));
    const attributes = { latency: delayMs, jitter: jitterMs };
    return {
      toxics: [
        { type: 'latency', stream: 'upstream', attributes },
        { type: 'latency', stream: 'downstream', attributes },
      ],
      down: false,
      proof: { kind: 'delayed', delayMs, jitterMs },
    };
  },
  inject: injectToxics,
});
