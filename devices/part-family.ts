/** How a part is known and checked, and what a fleet entry may set of it. */
import { defineFamily, field, isMap, mustBe, partOpsFlaws, streamsFlaws } from '#kernel';
import type { PartKind } from './part.ts';

export const partFamily = defineFamily<PartKind>({
  family: 'part',
  plural: 'parts',
  folders: ['devices/parts'],
  define: 'definePart',
  fields: {
    summary: field.text,
    params: field.maybe(field.params),
    fits: field.maybe(field.action),
    strangers: field.maybe(field.action),
    streams: streamsFlaws,
    takes: field.maybe(field.action),
    ops: partOpsFlaws,
    besides: besidesFlaws,
    channels: field.maybe(field.list),
    serves: field.maybe(field.list),
    noLine: field.maybe(field.action),
    withholds: field.maybe(field.list),
    bus: field.maybe(field.action),
    ails: field.maybe(field.action),
    fieldBuses: field.maybe(field.action),
    flaws: field.maybe(field.action),
    holdsBack: field.maybe(field.list),
    rewords: field.maybe(field.flag),
    adds: field.maybe(field.list),
    packs: field.maybe(field.action),
    settings: field.maybe(field.action),
    uses: field.maybe(field.list),
    region: field.maybe(field.table),
    seams: field.maybe(field.list),
    start: field.action,
  },
  duties: async () => (await import('./duties/part-duties.ts')).duties,
  params: ({ params }) => params ?? {},
});

function besidesFlaws(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`${name} ${mustBe('a list', value)}`];
  return value.flatMap((one: unknown, at) => {
    const place = `${name}[${at}]`;
    if (!isMap(one)) return [`${place} ${mustBe('a map', one)}`];
    const { where, streams, ops } = one;
    return [
      ...(typeof where === 'function' ? [] : [`${place}.where ${mustBe('a function', where)}`]),
      ...streamsFlaws(streams, `${place}.streams`),
      ...partOpsFlaws(ops, `${place}.ops`),
    ];
  });
}
