// walls: walls:devices
import type { all } from '#harness';
export type All = typeof all;
