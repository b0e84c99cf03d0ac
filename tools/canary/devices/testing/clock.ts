/** Honest: help for tests may use the machine. */
import { setTimeout as pause } from 'node:timers/promises';
export const wait = (): Promise<void> => pause(Date.now() % 2);
