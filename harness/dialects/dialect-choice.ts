/**
 * Which dialect and codec a target is spoken to in. The plan decides it, by what the scenario
 * wrote; every process of the run then looks the two names up in the catalog.
 */
import { assert, type Catalog, type Problem, type TargetPlan, WorldError } from '#kernel';
import type { Codec } from './codec.ts';
import { codecFamily } from './codec-family.ts';
import type { Dialect, WrittenForm } from './dialect.ts';
import { dialectFamily } from './dialect-family.ts';

export interface Choice {
  dialect: string;
  codec: string | null;
  problems: Problem[];
}

/** The names that are written have been checked with the scenario. */
export function chooseDialect(
  written: WrittenForm & { dialect: string | null },
  catalog: Catalog,
): Choice {
  const dialects = catalog.of(dialectFamily);
  const kind =
    written.dialect === null
      ? [...dialects.values()].find((one) => one.serves?.(written) === true)
      : dialects.get(written.dialect);
  assert(kind !== undefined, 'some dialect serves every target, and a named one is there');
  const problems: Problem[] = [];
  const tell = (at: string, message: string): void =>
    void problems.push({ code: 'dialect', path: `target.${at}`, message });
  for (const { at, message } of kind.problems?.(written) ?? []) {
    problems.push({ code: 'template', path: `target.${at}`, message });
  }
  for (const at of ['topic', 'payload'] as const) {
    if (kind.problems === undefined && written[at] !== null) {
      tell(at, `the dialect ${kind.kind} takes no template`);
    }
  }
  if (written.codec !== null && kind.codec === undefined) {
    tell('codec', `the dialect ${kind.kind} makes its payloads itself`);
  }
  const codec = kind.codec === undefined ? null : (written.codec ?? kind.codec);
  return { dialect: kind.kind, codec, problems };
}

/** What the plan has chosen, bound to a run. */
export function dialectOf(
  target: Pick<TargetPlan, 'dialect' | 'codec' | 'topic' | 'payload'>,
  run: string,
  catalog: Catalog,
): Dialect {
  const kind = catalog.of(dialectFamily).get(target.dialect);
  assert(kind !== undefined, `the dialect ${target.dialect} is in the catalog`);
  const codec = target.codec === null ? null : (catalog.of(codecFamily).get(target.codec) ?? null);
  assert(target.codec === null || codec !== null, `the codec ${target.codec} is in the catalog`);
  const { topic, payload } = target;
  return kind.bind({ run, topic, payload, codec: codec === null ? null : culpable(codec) });
}

/**
 * A codec may be a user's own. One that throws ends the run under its name: taken for a payload
 * that cannot be read, its mistake would be charged to the target.
 */
function culpable(codec: Codec): Codec {
  const blame = (doing: string, error: unknown): WorldError => {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the codec ${codec.kind} threw when it ${doing}: ${reason}`;
    return new WorldError('codec', message, 'what a codec cannot read is null, and never thrown');
  };
  const guarded =
    <In, Out>(doing: string, act: (given: In) => Out) =>
    (given: In): Out => {
      try {
        return act(given);
      } catch (error) {
        throw blame(doing, error);
      }
    };
  return {
    ...codec,
    encode: guarded('wrote a payload', codec.encode),
    head: guarded('read a payload', codec.head),
    values: guarded('read values', codec.values),
  };
}
