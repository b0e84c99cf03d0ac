/** Connections are torn down at their next data, again and again while it lasts. */
import { defineFault } from '../fault.ts';
import { injectToxics } from '../link-fault.ts';

export default defineFault({
  kind: 'reset',
  summary: 'resets connections at their first data',
  acts: 'link',
  additive: false,
  underState: 'ends',
  params: {
    after: {
      kind: 'duration',
      about: 'From the first data to the reset',
      default: '0ms',
      max: '10m',
    },
  },
  resolve: (params) => {
    const attributes = { timeout: Math.round(Number(params.after)) };
    return {
      toxics: [
        { type: 'reset_peer', stream: 'upstream', attributes },
        { type: 'reset_peer', stream: 'downstream', attributes },
      ],
      down: false,
      proof: { kind: 'closed' },
    };
  },
  inject: injectToxics,
});
