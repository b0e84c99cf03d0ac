/**
 * What the ledger says of packets of Sparkplug B, as observers saw them: whose connection, which
 * device behind it (-1 for the node itself), its type and numbers (-1 for one that it does not
 * have), the value of its Node Control/Rebirth, and which aliases it names and uses. The part
 * declares it, observers write it, the oracle reads it.
 */
export const SPARKPLUG_SEEN = 'sparkplug/seen';

export const SPARKPLUG_OPS = {
  [SPARKPLUG_SEEN]: {
    device: 'device',
    about: 'device',
    bare: 'count',
    control: 'signed',
    seq: 'signed',
    session: 'signed',
    type: 'text',
    named: 'text',
    used: 'text',
  },
} as const;
