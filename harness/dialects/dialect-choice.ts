/** Which dialect a target is spoken to in: the native one, or the templates the scenario gives. */
import type { Problem, TargetPlan } from '#kernel';
import type { Dialect } from './dialect.ts';
import { nativeDialect } from './native.ts';
import { ENVELOPE, NATIVE_TOPIC, templateDialect, templateProblems } from './template.ts';

export function dialectOf(target: TargetPlan, run: string): Dialect {
  if (target.topic === null && target.payload === null) return nativeDialect(run);
  return templateDialect({ run, topic: target.topic, payload: target.payload });
}

/** What is wrong with a target's templates, located at the target. */
export function dialectProblems(target: Pick<TargetPlan, 'topic' | 'payload'>): Problem[] {
  const { topic, payload } = target;
  if (topic === null && payload === null) return [];
  const found = templateProblems(topic ?? NATIVE_TOPIC, payload ?? ENVELOPE);
  const path = topic === null ? 'target.payload' : 'target.topic';
  return found.map((message) => ({ code: 'template', path, message }));
}
