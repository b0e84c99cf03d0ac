/** How a kind of target is known and checked. */
import { defineFamily, field } from '#kernel';
import type { TargetKind } from './target.ts';

export const targetFamily = defineFamily<TargetKind>({
  family: 'target',
  plural: 'targets',
  folders: ['harness/targets'],
  define: 'defineTarget',
  fields: { start: field.action },
});
