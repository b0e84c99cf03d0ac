/** Honest: what parsers are tried with may use the machine, as tests do. */
import { randomBytes } from 'node:crypto';
export const noise = (): Uint8Array => randomBytes(Date.now() % 8);
