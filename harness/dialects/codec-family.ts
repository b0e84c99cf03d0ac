/** How a payload codec is known and checked. */
import { defineFamily, field } from '#kernel';
import type { Codec } from './codec.ts';

export const codecFamily = defineFamily<Codec>({
  family: 'codec',
  plural: 'codecs',
  folders: ['harness/dialects/codecs'],
  define: 'defineCodec',
  fields: { summary: field.text, encode: field.action, head: field.action, values: field.action },
  duties: async () => (await import('./codec-duties.ts')).duties,
});
