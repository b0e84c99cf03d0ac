/**
 * What a plan asks of a kind of target, and of a broker that is known by name; how they are started
 * is the affair of rooms above.
 */
import {
  defineFamily,
  type Family,
  field,
  type Gear,
  type Params,
  type ParamValues,
  type Problem,
  type TargetTrouble,
} from '#kernel';
import type { ScenarioTarget } from '#scenarios';
import { type Promises, promisesFlaws } from './promises.ts';

export interface TargetWords {
  kind: string;
  summary: string;
  params: Params;
  /** Where it can stand; the first is the one for a scenario that wishes for another. */
  gears: readonly Gear[];
  /** It is the platform twin, the only target that the sim gear can hold. */
  twin?: true;
  /** Held to where neither the scenario nor a known broker says otherwise. */
  promises: Promises;
  /** See TargetPlan for these. */
  ours: boolean;
  issuesAccounts: boolean;
  offers: readonly string[];
  /** Whether bugs of the platform can be planted in it. */
  takesMutants: boolean;
  /** The troubles that a fault can give it while it lives on; none when left out. */
  suffers?: readonly (keyof TargetTrouble)[];
  plan(wish: TargetWish): TargetFacts;
  start(context: never): Promise<unknown>;
  ports?(access: never): unknown;
}

export interface TargetWish {
  /** Its own parameters, read. */
  params: ParamValues;
  written: ScenarioTarget;
  brokers: ReadonlyMap<string, BrokerWords>;
  /** Names of the services of the platform twin, of those that can serve the dialect. */
  services: readonly string[];
  /** The dialects that it speaks by them, beside our own. */
  spoken?: readonly string[];
  /** The dialect that is spoken goes through the platform twin unread. */
  passesThrough?: boolean;
}

/** What hangs on the one target that was written. */
export interface TargetFacts {
  name: string;
  /** Without any secret: they go into plan and report. */
  params: ParamValues;
  broker: string | null;
  elsewhere: string | null;
  killable: boolean;
  /** What this one offers beyond what its kind always does. */
  offers?: readonly string[];
  problems?: readonly Problem[];
}

export interface BrokerWords {
  kind: string;
  summary: string;
  /** Names of its binary, by which `process:` knows it; none where only its promises are known. */
  binaries: readonly string[];
  promises: Partial<Promises>;
  /** Its promises are from documents, and nobody here has seen one of it. */
  unverified?: true;
  recipe?: object;
}

export const targetWords: Family<TargetWords> = defineFamily<TargetWords>({
  family: 'target',
  plural: 'targets',
  folders: ['harness/targets'],
  define: 'defineTarget',
  fields: {
    summary: field.text,
    params: field.params,
    gears: field.list,
    twin: field.maybe(field.flag),
    promises: promisesFlaws('every one'),
    ours: field.flag,
    issuesAccounts: field.flag,
    offers: field.list,
    takesMutants: field.flag,
    suffers: field.maybe(field.list),
    plan: field.action,
    start: field.action,
    ports: field.maybe(field.action),
  },
  whole: ({ gears, twin }) => {
    const unknown = gears.filter((gear) => gear !== 'sim' && gear !== 'real');
    if (unknown.length > 0 || gears.length === 0) return ['gears must be sim or real, or both'];
    const stands = twin === true || !gears.includes('sim');
    return stands ? [] : [`gears must name real alone: ${ONLY_THE_TWIN}`];
  },
  params: ({ params }) => params,
});

const ONLY_THE_TWIN = 'only the platform twin stands in virtual time';

export const brokerWords: Family<BrokerWords> = defineFamily<BrokerWords>({
  family: 'broker',
  plural: 'brokers',
  folders: ['harness/targets/brokers'],
  define: 'defineBroker',
  fields: {
    summary: field.text,
    binaries: field.list,
    promises: promisesFlaws('any'),
    unverified: field.maybe(field.flag),
    recipe: field.maybe(field.table),
  },
});
