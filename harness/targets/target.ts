/**
 * A kind of target: what the plan must know of it, and how the real gear starts it, kills it and
 * starts it again. One file per kind, found by the catalog. `kill` is without warning, and what a
 * target keeps over it is what its guarantees promise.
 */
import { type Plan, stamp, type TargetTrouble, type WorldError } from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import type { TargetWords } from '../plan/target-words.ts';
import type { Processes } from '../processes/processes.ts';
import type { RunDirectory } from '../record/run-directory.ts';
import type { TargetPorts } from '../watch/target-ports.ts';
import type { Address } from '../wire/tcp-links.ts';
import type { BrokerKind } from './broker.ts';

export interface TargetContext {
  plan: Plan;
  directory: RunDirectory;
  processes: Processes;
  run: string;
  secret: string;
  /** Folder against which files of the scenario are resolved. */
  base: string;
  /** The user's own plug-ins, as absolute paths. */
  plugins: readonly string[];
  brokers: ReadonlyMap<string, BrokerKind>;
  /** As devices speak it in this run. */
  dialect: Dialect;
  /** A process of the target ended although nobody killed it. */
  onLost(why: string): void;
  /** It is our own code, or a plug-in in it, that gave up: of a target this proves nothing. */
  onBroken(error: WorldError): void;
}

export interface RunningTarget {
  address: Address;
  /** Where observers look, where that is not the same. */
  observe?: Address;
  /** Where it takes MQTT over WebSocket beside that: for browsers, and load that is not ours. */
  websocket?: Address;
  /** Where further connections of devices lead, by channel; to `address` where none is named. */
  channels?: Readonly<Record<string, Address>>;
  /** What `ports` needs to open them in another process, as JSON; null where there are none. */
  access: unknown;
  component: { name: string; version: string; how: string };
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes a trouble of a fault upon itself, or off with null; over a start of it as well. */
  suffer?(fault: string, trouble: TargetTrouble | null): Promise<void>;
  /** How often a planted bug fired, over all lives of the target; null when it does not say. */
  mutantFired?(): Promise<number | null>;
}

export interface TargetKind extends TargetWords {
  family: 'target';
  start(context: TargetContext): Promise<RunningTarget>;
  /** Opens its ports in any process of the run; absent where it offers none beside MQTT. */
  ports?(access: unknown): TargetPorts;
}

export const defineTarget = (kind: Omit<TargetKind, 'family' | 'twin'>): TargetKind =>
  stamp('target', { family: 'target', ...kind });
