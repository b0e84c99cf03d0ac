/** The link is down: open connections close, new ones are refused. */
import { defineFault, undoAll } from '../fault.ts';
import { doAll } from '../link-fault.ts';

export default defineFault({
  kind: 'outage',
  summary: 'closes all connections and refuses new ones',
  acts: 'link',
  additive: false,
  underState: 'ends',
  params: {},
  resolve: () => ({ toxics: [], down: true, proof: { kind: 'refused' } }),
  inject: async (actions, fault) =>
    undoAll(await doAll(fault.cohorts, (cohort) => actions.disableLink(cohort))),
});
