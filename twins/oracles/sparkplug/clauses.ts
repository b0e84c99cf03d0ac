/** Rules of Sparkplug B by the clause of its specification (3.0) that a test kit cites them by. */

export const CLAUSES = {
  'birth-number': 'tck-id-topics-nbirth-seq-num',
  'birth-control': 'tck-id-topics-nbirth-rebirth-metric',
  'birth-names': 'tck-id-payloads-alias-birth-requirement',
  'session-number': 'tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq',
  'death-number': 'tck-id-payloads-ndeath-bdseq',
  'death-sequence': 'tck-id-payloads-ndeath-seq',
  sequence: 'tck-id-payloads-sequence-num-incrementing',
  unnumbered: 'tck-id-payloads-sequence-num-always-included',
  'node-unborn': 'tck-id-payloads-ndata-order',
  'device-birth-early': 'tck-id-message-flow-device-birth-publish-nbirth-wait',
  'device-unborn': 'tck-id-payloads-ddata-order',
  'alias-unnamed': 'tck-id-payloads-alias-birth-requirement',
  'alias-named-again': 'tck-id-payloads-alias-data-cmd-requirement',
  rebirth: 'tck-id-operational-behavior-data-commands-rebirth-action-2',
} as const;

export type Rule = keyof typeof CLAUSES;
