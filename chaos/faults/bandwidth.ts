/** Data flows slowly: each connection, each way, at most at this rate. */
import { defineFault } from '../fault.ts';
import { injectToxics } from '../link-fault.ts';

export default defineFault({
  kind: 'bandwidth',
  summary: 'limits the rate of each connection, each way',
  acts: 'link',
  additive: false,
  underState: 'ends',
  params: {
    rate: { kind: 'bytes-per-second', about: 'Bytes per second; whole kB/s', default: '2kB/s' },
  },
  resolve: (params) => {
    const rate = Math.max(1, Math.round(Number(params.rate) / 1000));
    return {
      toxics: [
        { type: 'bandwidth', stream: 'upstream', attributes: { rate } },
        { type: 'bandwidth', stream: 'downstream', attributes: { rate } },
      ],
      down: false,
      proof: { kind: 'paced', bytesPerSecond: rate * 1000, measures: 'rate' },
    };
  },
  inject: injectToxics,
});
