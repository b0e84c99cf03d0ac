/**
 * What the ledger says of a device whose machine goes wrong some time: of each reading whether its
 * true state is another than that of the same machine in good order.
 */
export const MACHINE_OPS = {
  'machine/ill': { device: 'device', fault: 'text', malfunction: 'text' },
  'machine/well': { device: 'device', fault: 'text' },
  'machine/measured': { device: 'device', n: 'count', differs: 'boolean' },
} as const;
