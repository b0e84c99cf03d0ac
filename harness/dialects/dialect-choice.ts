/** Which dialect a target is spoken to in: the native one, or the templates the scenario gives. */
import type { TargetPlan } from '#kernel';
import type { Dialect } from './dialect.ts';
import { nativeDialect } from './native.ts';
import { templateDialect } from './template.ts';

export function dialectOf(target: TargetPlan, run: string): Dialect {
  if (target.topic === null && target.payload === null) return nativeDialect(run);
  return templateDialect({ run, topic: target.topic, payload: target.payload });
}
