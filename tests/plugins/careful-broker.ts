/** A broker that a user knows better than we do: what it promises, and nothing of how it starts. */
import type { BrokerKind } from '../../harness/authors.ts';

const broker: BrokerKind = {
  family: 'broker',
  kind: 'careful-broker',
  summary: 'a broker of our own house',
  binaries: [],
  promises: { queueLimit: { value: 77, because: 'its manual, page 3' } },
};
export default broker;
