/** How a checker is known and checked itself. */
import { defineFamily, field } from '#kernel';
import type { CheckerKind } from './checker.ts';

export const checkerFamily = defineFamily<CheckerKind>({
  family: 'checker',
  plural: 'checkers',
  folders: ['reports/checkers'],
  define: 'defineChecker',
  mark: 'judges',
  fields: {
    title: field.text,
    refs: field.list,
    summary: field.text,
    judges: field.oneOf('always', 'expected'),
    broken: field.oneOf('fail', 'invalid'),
    workflow: field.maybe(field.textOrTexts),
    planned: field.maybe(field.text),
    part: field.maybe(field.text),
    set: field.maybe(field.text),
    entry: field.maybe(field.text),
    fault: field.maybe(field.text),
    stream: field.maybe(field.text),
    doubtsHalts: field.maybe(field.flag),
    params: field.params,
    findsHoles: field.maybe(field.flag),
    asks: field.maybe(field.list),
    applies: field.action,
    start: field.action,
    conclude: field.maybe(field.action),
    window: field.maybe(field.action),
    harmed: field.maybe(field.action),
    label: field.maybe(field.action),
    say: field.action,
  },
  names: { asks: 'oracle', workflow: 'workflow', part: 'part' },
  params: ({ params }) => params,
  duties: async () => (await import('./duties/checker-duties.ts')).duties,
});
