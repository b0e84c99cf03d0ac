/**
 * What the ledger says of device twins, by op: what operators ask for and are answered, what they
 * read at the end, and how a device is truly set. The workflow and the part write it, the oracle
 * reads it, and those who make up ledgers do both: one table is theirs all.
 */

/** Of whoever changes twins. */
export const TWIN_OPS = {
  'twin/asked': {
    device: 'device',
    change: 'count',
    writer: 'count',
    from: 'signed',
    patch: 'text',
  },
  'twin/answered': { device: 'device', change: 'count', status: 'count', version: 'count' },
  'twin/seen': { device: 'device', writer: 'count', version: 'count' },
  'twin/found': { device: 'device', change: 'count', version: 'count' },
  'twin/read': {
    device: 'device',
    version: 'count',
    known: 'count',
    desired: 'text',
    reported: 'text',
  },
  'twin/history-read': { device: 'device' },
  /** A change was not made, and for no conflict; or a document not shown: `change` is -1 then. */
  'twin/turned-away': {
    device: 'device',
    writer: 'count',
    change: 'signed',
    status: 'count',
    why: 'text',
  },
} as const;

/** Of the device itself. */
export const TWIN_TRUTHS = {
  'twin/holds': {
    device: 'device',
    version: 'count',
    settings: 'text',
    refused: 'text',
    why: 'text',
  },
  'twin/passed-over': { device: 'device', version: 'count' },
  /** A report of it was not taken. */
  'twin/unheard': { device: 'device', status: 'count', why: 'text' },
} as const;

/** Of whoever changes templates: of no device, but for what each is given at the end. */
export const TEMPLATE_OPS = {
  'template/asked': {
    device: 'device',
    template: 'text',
    change: 'count',
    of: 'text',
    permille: 'count',
    patch: 'text',
  },
  'template/answered': {
    device: 'device',
    template: 'text',
    change: 'count',
    status: 'count',
    stage: 'count',
  },
  'template/step': {
    device: 'device',
    template: 'text',
    stage: 'count',
    version: 'count',
    has: 'boolean',
  },
  'template/read': { device: 'device', version: 'count', desired: 'text' },
} as const;
