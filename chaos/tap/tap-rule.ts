/** One fault while it acts on packets, and what a stage must know of its connection to obey it. */
import type { PacketDeed, PacketTrouble, Way } from '#kernel';

export interface TapRule {
  fault: string;
  /** By device and way. */
  counts: Map<string, Count>;
  type: number;
  does: PacketDeed;
  delayMs: number;
  trouble: PacketTrouble;
}

/** How far a rule has counted for one device, one way. */
export interface Count {
  met: number;
  key: number;
}

/** Both directions of a connection, as its stages see it. */
export interface TappedConnection {
  rules(way: Way): readonly TapRule[];
  /** Its first packet. */
  opened(frame: Uint8Array): void;
  /** Whether the rule means this packet; counts it. */
  isMet(rule: TapRule, way: Way, frame: Uint8Array): boolean;
  hit(rule: TapRule): void;
}
