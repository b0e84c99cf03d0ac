/** What every kind of proxy owes, beside what its contract says. */
import type { Duty } from '#kernel';
import type { ProxyKind } from './proxy.ts';

export const duties: readonly Duty<ProxyKind>[] = [
  {
    says: 'says how it gets onto a machine, where it says so at all',
    flaws: ({ bring }) => (bring === undefined || /\w/.test(bring) ? [] : ['bring says nothing']),
  },
];
