/**
 * Which dialect and codec a target is spoken to in. The plan decides it, by what the scenario
 * wrote; every process of the run then looks the two names up in the catalog.
 */
import {
  assert,
  type Catalog,
  guardedAs,
  inNameOf,
  knownHint,
  type Plan,
  type Problem,
  type StreamPlan,
  type StreamSpec,
  type TargetPlan,
} from '#kernel';
import { codecFamily } from './codec-family.ts';
import type { Counted, Dialect, DialectKind, Parcels, TwinTalk, WrittenForm } from './dialect.ts';
import { dialectFamily } from './dialect-family.ts';
import { fleetWords } from './fleet-words.ts';
import { codecProblems, heldCodec } from './held-codec.ts';

export interface Choice {
  dialect: string;
  codec: string | null;
  /** What it offers by itself, and where reports are versions, that they are. */
  offers: readonly string[];
  countsReports?: true;
  login?: 'token';
  maxQos?: 0 | 1;
  problems: Problem[];
}

/** What else the plan goes by. */
export type ChosenKind = Pick<DialectKind, 'kind' | 'parts' | 'atMost' | 'passesThrough'>;

/** The names that are written have been checked with the scenario. */
export function chooseDialect(
  written: WrittenForm & { dialect: string | null },
  catalog: Catalog,
): Choice {
  const dialects = catalog.of(dialectFamily);
  const kind =
    written.dialect === null
      ? [...dialects.values()].find((one) => serves(one, written))
      : dialects.get(written.dialect);
  assert(kind !== undefined, 'some dialect serves every target, and a named one is there');
  const problems: Problem[] = [];
  const tell = (at: string, message: string): void =>
    void problems.push({ code: 'dialect', path: `target.${at}`, message });
  const found = inNameOf(nameOf(kind), 'problems', () => kind.problems?.(written)) ?? [];
  for (const { at, message } of found) {
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
  const known = codec === null ? undefined : catalog.of(codecFamily).get(codec);
  if (known !== undefined) problems.push(...codecProblems(known));
  const { offers = [], countsReports, login, maxQos } = kind;
  const said = {
    ...(countsReports === true ? { countsReports } : {}),
    ...(login === undefined ? {} : { login }),
    ...(maxQos === undefined ? {} : { maxQos }),
  };
  return { dialect: kind.kind, codec, offers, ...said, problems };
}

const nameOf = ({ kind }: DialectKind): string => `the dialect ${kind}`;

const serves = (kind: DialectKind, written: WrittenForm): boolean =>
  inNameOf(nameOf(kind), 'serves', () => kind.serves?.(written) === true);

/** As the plan names it. */
export function dialectKind(
  { dialect }: Pick<TargetPlan, 'dialect'>,
  catalog: Catalog,
): ChosenKind {
  const kind = catalog.of(dialectFamily).get(dialect);
  assert(kind !== undefined, `the dialect ${dialect} is in the catalog`);
  return kind;
}

/** Of a plan, what says how it is spoken; where its devices are not there, of topics alone. */
type Spoken = { streams: readonly Pick<StreamPlan, 'dialect'>[] } & Partial<Omit<Whole, 'streams'>>;
type Whole = Pick<Plan, 'devices' | 'entries' | 'streams'>;

const isWhole = (plan: Spoken | undefined): plan is Whole =>
  plan?.devices !== undefined && plan.entries !== undefined;

/**
 * What the plan has chosen, bound to a run, with the streams that are spoken otherwise; without the
 * plan for whoever asks for topics alone.
 */
export function dialectOf(
  target: Pick<TargetPlan, 'dialect' | 'codec' | 'topic' | 'payload'>,
  run: string,
  catalog: Catalog,
  plan?: Spoken,
): Dialect {
  const names = [...new Set(plan?.streams.flatMap(({ dialect }) => dialect ?? []))].sort();
  return names.reduce(
    (own, name) => {
      const kind = catalog.of(dialectFamily).get(name);
      assert(kind?.over !== undefined, `the plan has seen that ${name} stands over others`);
      return accountable(
        nameOf(kind),
        inNameOf(nameOf(kind), 'over', () => kind.over?.(own) ?? own),
      );
    },
    targetDialect(target, run, catalog, isWhole(plan) ? plan : undefined),
  );
}

/** Those of streams that nobody can speak so. */
export function strangeSpeech(streams: readonly StreamSpec[], catalog: Catalog): Problem[] {
  const known = [...catalog.of(dialectFamily).values()].filter(({ over }) => over !== undefined);
  return streams.flatMap(({ name, dialect }): Problem[] => {
    if (dialect === undefined || known.some(({ kind }) => kind === dialect)) return [];
    const message = `the stream ${name} is of the dialect '${dialect}', which stands over no other`;
    const names = known.map(({ kind }) => kind);
    return [{ code: 'stream', path: 'fleet', message, ...knownHint(dialect, names) }];
  });
}

function targetDialect(
  target: Pick<TargetPlan, 'dialect' | 'codec' | 'topic' | 'payload'>,
  run: string,
  catalog: Catalog,
  plan?: Whole,
): Dialect {
  const kind = catalog.of(dialectFamily).get(target.dialect);
  assert(kind !== undefined, `the dialect ${target.dialect} is in the catalog`);
  const codec = target.codec === null ? null : (catalog.of(codecFamily).get(target.codec) ?? null);
  assert(target.codec === null || codec !== null, `the codec ${target.codec} is in the catalog`);
  const { topic, payload } = target;
  const fleet = plan === undefined ? {} : { fleet: fleetWords(plan, catalog) };
  const wish = { run, topic, payload, codec: codec === null ? null : heldCodec(codec), ...fleet };
  return accountable(
    nameOf(kind),
    inNameOf(nameOf(kind), 'bind', () => kind.bind(wish)),
  );
}

/** A dialect may be a user's own as well, and whoever speaks or listens by it is innocent. */
function accountable(who: string, dialect: Dialect): Dialect {
  const { fansIn, parcels, twins, relayFilter, core, introduces } = dialect;
  const { frame, counted, owned, listensAt } = dialect;
  return {
    fansIn,
    ...(listensAt === undefined ? {} : { listensAt }),
    ...(parcels === undefined ? {} : { parcels: accountableParcels(who, parcels) }),
    ...(twins === undefined ? {} : { twins: accountableTalk(who, twins) }),
    ...(relayFilter === undefined ? {} : { relayFilter: relayedBy(who, relayFilter) }),
    ...(core === undefined ? {} : { core: guardedAs(who, 'core', core) }),
    ...(introduces === undefined ? {} : { introduces: guardedAs(who, 'introduces', introduces) }),
    ...(frame === undefined ? {} : { frame: guardedAs(who, 'frame', frame) }),
    ...(owned === undefined ? {} : { owned: guardedAs(who, 'owned', owned) }),
    ...(counted === undefined ? {} : { counted: accountableCounts(who, counted) }),
    encode: guardedAs(who, 'encode', (message) => dialect.encode(message)),
    decode: guardedAs(who, 'decode', (topic, payload) => dialect.decode(topic, payload)),
    place: guardedAs(who, 'place', (topic) => dialect.place(topic)),
    values: guardedAs(who, 'values', (payload) => dialect.values(payload)),
    topicOf: guardedAs(who, 'topicOf', (place) => dialect.topicOf(place)),
    subscriptions: guardedAs(who, 'subscriptions', (lanes) => dialect.subscriptions(lanes)),
    downFilters: guardedAs(who, 'downFilters', (...given) => dialect.downFilters(...given)),
  };
}

const relayedBy = (who: string, filter: NonNullable<Dialect['relayFilter']>) =>
  guardedAs(who, 'relayFilter', (lane: number, carrier: string) => filter(lane, carrier));

const accountableCounts =
  (who: string, counted: NonNullable<Dialect['counted']>) =>
  (...given: Parameters<typeof counted>): Counted => {
    const one = guardedAs(who, 'counted', counted)(...given);
    return {
      connecting: guardedAs(who, 'connecting', (will) => one.connecting(will)),
      connected: guardedAs(who, 'connected', () => one.connected()),
      leaves: guardedAs(who, 'leaves', (packet) => one.leaves(packet)),
      heard: guardedAs(who, 'heard', (topic, payload) => one.heard(topic, payload)),
      carries: guardedAs(who, 'carries', (device, isThere) => one.carries(device, isThere)),
      goodbye: guardedAs(who, 'goodbye', () => one.goodbye()),
    };
  };

const accountableParcels = (who: string, parcels: Parcels): Parcels => ({
  pack: guardedAs(who, 'pack', (...given) => parcels.pack(...given)),
  unpack: guardedAs(who, 'unpack', (topic, payload) => parcels.unpack(topic, payload)),
});

const accountableTalk = (who: string, talk: TwinTalk): TwinTalk => ({
  filters: guardedAs(who, 'twins.filters', (user) => talk.filters(user)),
  ask: guardedAs(who, 'twins.ask', (question) => talk.ask(question)),
  answer: guardedAs(who, 'twins.answer', (topic, payload) => talk.answer(topic, payload)),
  isTalk: guardedAs(who, 'twins.isTalk', (topic, payload) => talk.isTalk(topic, payload)),
});
