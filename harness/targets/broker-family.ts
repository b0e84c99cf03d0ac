/** How a broker is known: by what it promises, and here by the recipe that starts it too. */
import type { Family } from '#kernel';
import { brokerWords } from '../plan/target-words.ts';
import type { BrokerKind } from './broker.ts';

export const brokerFamily: Family<BrokerKind> = {
  ...brokerWords,
  duties: async () => (await import('./broker-duties.ts')).duties,
};
