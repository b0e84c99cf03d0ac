/**
 * How the embedded engine takes what ends or wedges the original. `strict` refuses it with 400, so
 * that nobody learns it from a dead server; `compat` takes it as the original does, and then does
 * the nearest harmless thing.
 */
import { Refusal } from './api-body.ts';
import type { Attributes } from './toxic.ts';
import { deadlyIn } from './toxic-guard.ts';

export type ProxyMode = 'strict' | 'compat';

/** As they are asked for, whole: those that were there before and those that are new. */
export function guardAttributes(mode: ProxyMode, type: string, attributes: Attributes): void {
  const flaw = mode === 'strict' ? deadlyIn(type, attributes) : null;
  if (flaw !== null) throw new Refusal(400, `bad request body: ${flaw}`);
}
