/**
 * The target's disk is slow: whoever waits for a commit waits for longer, and nothing else fails.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'slow-store',
  summary: 'each commit of the target takes longer',
  acts: 'inside',
  additive: true,
  params: {
    each: {
      kind: 'duration',
      about: 'So much longer takes each commit.',
      default: '200ms',
      min: '1ms',
      max: '1h',
    },
    write: {
      kind: 'duration',
      about: 'And so much longer for each write in it.',
      default: '0ms',
      min: '0ms',
      max: '1m',
    },
  },
  resolve: ({ each, write }) => {
    const inside = { commitMs: Number(each), writeMs: Number(write) };
    const leastMs = inside.commitMs + inside.writeMs;
    return { toxics: [], down: false, inside, proof: { kind: 'slow-commits', leastMs } };
  },
  inject: async (actions, fault) => undoAll([await actions.trouble(fault)]),
});
