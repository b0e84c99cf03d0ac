/** The hash by which the bytes of a message are known, in whatever form a target shows them. */
import { hashBytes } from '#kernel';
import type { Dialect } from './dialect.ts';

export const hashOf = (
  { core }: Pick<Dialect, 'core'>,
  topic: string,
  payload: Uint8Array,
): number => hashBytes(core?.(topic, payload) ?? payload);
