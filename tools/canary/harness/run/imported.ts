/** Honest: what is imported is judged by the walls, which let a listed file through. */
// walls: core-by-list
import { setTimeout as pause } from 'node:timers/promises';
export const waited = pause(1);
