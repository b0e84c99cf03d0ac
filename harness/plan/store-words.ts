/**
 * What a plan asks of a kind of store: what can be set, what is wrong with it, and whether it lies
 * on another machine. How one is read is the affair of rooms above.
 */
import {
  type Catalog,
  defineFamily,
  type Family,
  field,
  formatDuration,
  type Params,
  type ParamValues,
  type Problem,
  parsePath,
  problemOf,
  readParams,
  STORE_LAG_MS,
  type StorePlan,
} from '#kernel';
import type { ScenarioTarget } from '#scenarios';

export interface StoreWords {
  kind: string;
  summary: string;
  /** Its own; those of every store (STORE_PARAMS) stand beside them. */
  params: Params;
  /** What cannot be as it is written; `at` is the parameter. */
  problems?(params: ParamValues): readonly StoreProblem[];
  /** Its host, where the scenario says one that is not this machine. */
  elsewhere?(params: ParamValues): string | null;
  open(context: never): unknown;
}

export interface StoreProblem {
  at: string;
  message: string;
  hint?: string;
}

/** What every kind takes. */
export const STORE_PARAMS: Params = {
  within: {
    kind: 'duration',
    about: 'How long after the drain it may lag behind.',
    default: formatDuration(STORE_LAG_MS),
    max: '10m',
  },
  streams: {
    kind: 'list',
    of: { kind: 'text', about: 'Name of a stream that goes up.' },
    about: 'The streams that it keeps.',
    default: ['telemetry'],
    min: 1,
  },
  exact: {
    kind: 'boolean',
    about: 'A payload in it is kept byte for byte, so that a change of it is found.',
    default: true,
  },
};

export const storeWords: Family<StoreWords> = defineFamily<StoreWords>({
  family: 'store',
  plural: 'stores',
  folders: ['harness/targets/stores'],
  define: 'defineStore',
  fields: {
    summary: field.text,
    params: field.params,
    problems: field.maybe(field.action),
    elsewhere: field.maybe(field.action),
    open: field.action,
  },
  params: ({ params }) => params,
});

export interface PlannedStore {
  store: StorePlan;
  elsewhere: string | null;
  problems: Problem[];
}

const PLACE = 'target.store';

/** The kind has been checked with the scenario. */
export function planStore(
  { kind, with: written }: NonNullable<ScenarioTarget['store']>,
  catalog: Catalog,
): PlannedStore | null {
  const words = catalog.of(storeWords).get(kind);
  if (words === undefined) return null;
  const place = parsePath(PLACE) ?? [];
  const { values, flaws } = readParams(words.params, written, [...place, kind]);
  const { streams, within, ...params } = values;
  const found = flaws.length > 0 ? [] : (words.problems?.(values) ?? []);
  return {
    store: {
      kind,
      params,
      streams: Array.isArray(streams) ? streams.map(String) : [],
      withinMs: typeof within === 'number' ? within : STORE_LAG_MS,
    },
    elsewhere: flaws.length > 0 ? null : (words.elsewhere?.(values) ?? null),
    problems: [
      ...flaws.map(problemOf),
      ...found.map(({ at, ...rest }) => ({
        code: 'store',
        path: `${PLACE}.${kind}.${at}`,
        ...rest,
      })),
    ],
  };
}
