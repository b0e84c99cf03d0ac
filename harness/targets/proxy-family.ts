/** How a kind of proxy is known: by its words, and here by how it is started too. */
import type { Family } from '#kernel';
import { proxyWords } from '../plan/proxy-words.ts';
import type { ProxyKind } from './proxy.ts';

export const proxyFamily: Family<ProxyKind> = {
  ...proxyWords,
  duties: async () => (await import('./proxy-duties.ts')).duties,
};
