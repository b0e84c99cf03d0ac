/**
 * One entry of the ledger, with the fields that its op names. The ledger is the only bridge between
 * running and judging: append-only, one segment per shard and one for the harness itself. Only
 * harness entries know about shards, and nothing in it knows the wall clock: in the sim gear two
 * runs of one plan must agree in every byte.
 */
import type { DeclaredOp, FieldForm, OPS, OpName } from './ops.ts';

interface FieldTypes {
  device: number;
  stream: number;
  count: number;
  signed: number;
  boolean: boolean;
  hash: number;
  flags: number;
  text: string;
}

type Typed<Fields> = {
  -readonly [F in keyof Fields]: Fields[F] extends FieldForm ? FieldTypes[Fields[F]] : never;
};

export type FieldValue = number | boolean | string;

/** What is written with an op. */
export type FieldsOf<O extends OpName | DeclaredOp> = O extends OpName
  ? Typed<(typeof OPS)[O]['fields']>
  : Readonly<Record<string, FieldValue>>;

/** In microseconds since the run's start; `device` is -1 where an op has none. */
interface Common {
  t: number;
  device: number;
}

/** Of one op, or of any of several. */
export type LedgerEntryOf<O extends OpName> = O extends OpName
  ? Common & { op: O } & FieldsOf<O>
  : never;

/** An entry of an op that a capability declares; its fields go by the names it gave them. */
export interface DeclaredEntry extends Common {
  op: DeclaredOp;
  [field: string]: FieldValue;
}

/** The reader uses the objects again: copy what must outlive the next call. */
export type LedgerEntry = { [O in OpName]: LedgerEntryOf<O> }[OpName] | DeclaredEntry;

/** Ops about one message of a stream. */
type MessageOp = {
  [O in OpName]: (typeof OPS)[O]['fields'] extends { stream: 'stream' } ? O : never;
}[OpName];

export type MessageEntry = { [O in MessageOp]: LedgerEntryOf<O> }[MessageOp];

export interface SegmentHeader {
  schema: 'twinstorm.ledger/1';
  segment: string;
  planSha256: string;
  lanes: number[];
  /**
   * It tells of devices that no shard leads, in whatever lanes they are, beside the segments that
   * have these lanes.
   */
  beside?: true;
}
