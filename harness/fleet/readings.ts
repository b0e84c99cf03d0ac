/** Which messages of a device are what it samples, and not what a part of it makes of that. */
import type { PartMessage } from '#devices';
import { type Plan, streamOf } from '#kernel';

export function isReading(plan: Plan, { stream, instead, as }: PartMessage): boolean {
  const { schedule } = streamOf(plan, stream) ?? {};
  return schedule?.by === 'sampling' && instead !== true && as === undefined;
}
