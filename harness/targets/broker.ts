/**
 * A broker known by name: what it promises, and, where it is one binary, how a run of ours starts
 * it. One file per broker in brokers/. A configuration changes nothing but where it listens: its
 * defaults are what is under test.
 */
import { stamp } from '#kernel';
import type { BrokerWords } from '../plan/target-words.ts';

export interface BrokerKind extends BrokerWords {
  family: 'broker';
  /** Absent for a broker of which only the promises are known: somebody else starts it. */
  recipe?: BrokerRecipe;
}

export interface BrokerRecipe {
  /** How it gets onto a machine, for whoever has none. */
  bring: string;
  /** It counts as started when it listens; after this long it did not start. */
  listensWithinMs: number;
  configure(place: BrokerPlace): BrokerStart;
  /** Arguments that make it, or another command, print its version, and where that stands there. */
  version: { command?: string; args: readonly string[]; in: RegExp };
}

export interface BrokerPlace {
  host: string;
  port: number;
  /** The binary that was found. */
  binary: string;
  /** Further ports of loopback, for what it listens on beside MQTT. */
  spares: readonly number[];
  /** A file of this run by its name, for a configuration or a store; it outlives a kill. */
  file(name: string): string;
}

export interface BrokerStart {
  /** What is started, where that is not the binary itself. */
  command?: string;
  args: string[];
  /** Beside what the run has. */
  env?: Readonly<Record<string, string>>;
  /** It starts others, which are signalled and killed with it. */
  hasChildren?: true;
  /** Written before it starts, by path. */
  files: Readonly<Record<string, string>>;
}

export const defineBroker = (kind: Omit<BrokerKind, 'family'>): BrokerKind =>
  stamp('broker', { family: 'broker', ...kind });
