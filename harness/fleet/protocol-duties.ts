/** What every protocol owes, beside what its contract says. */
import { type Duty, readParams } from '#kernel';
import type { ProtocolKind } from './protocol.ts';

export const duties: readonly Duty<ProtocolKind>[] = [
  {
    says: 'stands with its defaults, so that its name alone is enough',
    flaws: ({ params }) => readParams(params, {}).flaws.map(({ message }) => message),
  },
  {
    says: 'says where a target takes it, where that is not the address of the target',
    flaws: ({ channel, intake }) =>
      (channel === undefined) === (intake === undefined)
        ? []
        : ['channel and intake go together: one is how it gets there, the other where'],
  },
];
