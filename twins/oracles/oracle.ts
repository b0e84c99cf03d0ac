/**
 * An oracle knows what should have happened: a pure fold over the ledger, with whatever it offers
 * to those who ask it. Checkers, witnesses of proofs and other oracles ask by its kind, and one
 * that nobody asks for does not run. An oracle that another asks is started before that one and
 * sees every entry before it does.
 */
import { type DeclaredOp, type LedgerEntry, type OpName, type Plan, stamp } from '#kernel';
import type { Timeline } from './timeline.ts';

/**
 * What is offered under which kind. Each oracle adds its own line where it is defined, so that no
 * list has to be edited.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the files of the oracles fill it.
export interface Oracles {}

/**
 * To be asked at the start. Whatever it answers knows an entry before `step` of the one who asked
 * does. An oracle that is not there, or that failed, is an error of the one who asks.
 */
export interface AskOracle {
  <K extends keyof Oracles>(kind: K): Oracles[K];
  /** One that no door exports; who asks says what it offers. */
  <T = unknown>(kind: string): T;
}

export interface OracleContext {
  plan: Plan;
  timeline: Timeline;
  /** Null for the whole fleet. */
  lane: number | null;
  /** Indices of the devices that it is about. */
  devices: readonly number[];
  of: AskOracle;
}

/** An oracle at work. */
export interface OracleFold {
  step(entry: LedgerEntry): void;
}

type Op = OpName | DeclaredOp;

/**
 * `lane`: one for each lane, which sees the entries of the lane's devices, all of them where it
 * names no ops. `fleet`: one for the run, which sees the ops that it names, of all lanes and of the
 * harness itself, by (t, lane, seq) and as they were written; it has seen the whole ledger before
 * anything steps through a lane. One of a lane may bring what it must know of the fleet as its
 * `fleet` half, an oracle that is asked as `<kind>/fleet`.
 */
type Scope =
  | { scope: 'lane'; ops?: readonly Op[]; fleet?: FleetHalf }
  | { scope: 'fleet'; ops: readonly Op[]; fleet?: never };

interface FleetHalf {
  ops: readonly Op[];
  start(context: OracleContext): OracleFold;
}

export type OracleKind<T extends OracleFold = OracleFold> = Scope & {
  kind: string;
  summary: string;
  start(context: OracleContext): T;
};

export const defineOracle = <T extends OracleFold>(oracle: OracleKind<T>): OracleKind<T> =>
  stamp('oracle', oracle);
