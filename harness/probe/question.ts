/**
 * One question to a broker and what came of it. A question is asked by raw clients alone, finds
 * what the broker does and not what it says of itself, and tells of each line how that was seen.
 */
import type { Guarantees } from '#kernel';
import type { Stand } from './stand.ts';

/**
 * `kept`: as MQTT asks; `not-kept`: less than that; `fact`: MQTT leaves it open; `open`: it could
 * not be seen.
 */
export type Grade = 'kept' | 'not-kept' | 'fact' | 'open';

export interface Finding {
  line: string;
  grade: Grade;
  /** What it does, in a few words. */
  found: string;
  /** By what that was seen. */
  seen: string;
  /** What a scenario may hold it to. */
  guarantees?: Partial<Guarantees>;
}

export interface Question {
  name: string;
  /** It waits more than it speaks, so it begins with the first. */
  isSlow?: true;
  ask(stand: Stand): Promise<Finding[]>;
}

const kept = (line: string, found: string, seen: string): Finding => ({
  line,
  grade: 'kept',
  found,
  seen,
});
export const notKept = (line: string, found: string, seen: string): Finding => ({
  line,
  grade: 'not-kept',
  found,
  seen,
});
export const fact = (line: string, found: string, seen: string): Finding => ({
  line,
  grade: 'fact',
  found,
  seen,
});
export const open = (line: string, found: string, seen: string): Finding => ({
  line,
  grade: 'open',
  found,
  seen,
});

export const judged = (isKept: boolean, line: string, found: string, seen: string): Finding =>
  (isKept ? kept : notKept)(line, found, seen);

/** With what a scenario may say of it. */
export const saying = (finding: Finding, guarantees: Partial<Guarantees>): Finding => ({
  ...finding,
  guarantees,
});
