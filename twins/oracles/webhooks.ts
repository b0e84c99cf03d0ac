/**
 * Who outside should have been told of what a target decided, and what he was told. A call that was
 * not taken has to come again; so long as he takes nothing, or the target can do nothing, none is
 * owed.
 */
import { type ActPlan, actsOf, type LedgerEntry, type Plan } from '#kernel';
import type { ActBook, Decision } from './acts/decisions.ts';
import { hindrancesIn, isSlowing } from './hindrances.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import { inRun } from './target-clock.ts';
import type { Span, Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    webhooks: WebhooksOracle;
  }
}

export default defineOracle({
  kind: 'webhooks',
  summary: 'who outside should have been told of what was decided, and what he was told',
  scope: 'fleet',
  ops: ['acts/called', 'acts/garbled', 'acts/listened'],
  start: (context) => new WebhooksOracle(context),
});

/** Of a decision somebody must have been told after so long in which nothing hindered it. */
const WITHIN_US = 10_000_000;
/** A target that is asked may be about to decide. */
const SLACK_US = 2_000_000;

/** He was called. */
export interface Call {
  t: number;
  status: number;
  device: number;
  key: string;
  act: string;
  rule: string;
  version: number;
  subject: string;
  at: number;
  decided: number;
  values: unknown;
}

/** All calls under one key, or the decision of which there is none. */
export interface CallStory {
  /** The act whose webhook it is. */
  act: ActPlan;
  key: string;
  decision: Decision | null;
  /** First to last. */
  calls: Call[];
  /** Of a decision that was done: whether he must have been told by now. */
  owed: 'owed' | 'hindered' | 'too late' | 'not heard' | null;
  /** It was called when the target may have been asked already. */
  isOpen: boolean;
}

export interface GarbledCall {
  act: string;
  t: number;
  why: string;
  says: string;
}

type Fields = Readonly<Record<string, number | string>>;

export class WebhooksOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #book: ActBook;
  /** By act, by key. */
  readonly #calls = new Map<string, Map<string, Call[]>>();
  /** By act, until when it was listened to; microseconds. */
  readonly #heardTill = new Map<string, number>();
  readonly garbled: GarbledCall[] = [];

  constructor({ plan, timeline, of }: OracleContext) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#book = of<ActBook>('acts/fleet');
  }

  step(entry: LedgerEntry): void {
    const { t, device } = entry;
    const fields = entry as unknown as Fields;
    const by = String(fields.by);
    switch (entry.op as string) {
      case 'acts/called': {
        const own = this.#calls.get(by) ?? new Map<string, Call[]>();
        const key = String(fields.key);
        this.#calls.set(by, own.set(key, [...(own.get(key) ?? []), callOf(t, device, fields)]));
        break;
      }
      case 'acts/garbled':
        this.garbled.push({ act: by, t, why: String(fields.why), says: String(fields.says) });
        break;
      case 'acts/listened':
        this.#heardTill.set(by, t);
        break;
    }
  }

  /** All decisions of the fleet were read. */
  get isWhole(): boolean {
    return this.#book.isWhole;
  }

  /** When it was decided by the clock of the run, milliseconds. */
  timeOf({ decided }: Decision): number {
    return inRun(decided, this.#book.clock.ahead);
  }

  /** Asked when all is known. */
  stories(): CallStory[] {
    const decisions = this.#plan.devices.flatMap((_, device) => this.#book.listedUnder(device));
    return actsOf(this.#plan).flatMap((act) => {
      if (!('webhook' in act.does)) return [];
      const blocked = this.#blockedOf(act.does.webhook.downs);
      const own = new Map(
        decisions.filter((one) => one.act === act.name).map((one) => [one.key, one]),
      );
      const calls = this.#calls.get(act.name) ?? new Map<string, Call[]>();
      return [...new Set([...own.keys(), ...calls.keys()])].map((key): CallStory => {
        const [decision, came] = [own.get(key) ?? null, calls.get(key) ?? []];
        const owed = decision?.done === true ? this.#owedOf(act.name, decision, blocked) : null;
        const isOpen = came.every((call) => call.t > this.#askedAt(call) - SLACK_US);
        return { act, key, decision, calls: came, owed, isOpen };
      });
    });
  }

  /** When the target was asked about the device that a call is about, or about the first of all. */
  #askedAt({ device }: Call): number {
    const asked = (one: number): number => this.#book.askedAt(one) * 1000;
    if (device >= 0) return asked(device);
    return Math.min(...this.#plan.devices.map((_, one) => asked(one)));
  }

  #blockedOf(downs: readonly { at: number; until: number }[]): Span[] {
    const own = downs.map(({ at, until }) => ({ from: at * 1000, to: until * 1000 }));
    // They are told one by one, each after two commits: a slow disk holds up all of them.
    const slow = this.#timeline.faults.filter(({ injected, plan }) => injected && isSlowing(plan));
    const all: Span[] = [...hindrancesIn(this.#timeline), ...slow, ...own];
    return all.sort((a, b) => a.from - b.from);
  }

  #owedOf(act: string, decision: Decision, blocked: readonly Span[]): CallStory['owed'] {
    const till = this.#heardTill.get(act);
    if (till === undefined) return 'not heard';
    const from = this.timeOf(decision) * 1000;
    if (till - from < WITHIN_US) return 'too late';
    return longestClear(from, till, blocked) >= WITHIN_US ? 'owed' : 'hindered';
  }
}

/** Of a stretch the longest that none of them touches, first to last as they begin. */
function longestClear(from: number, till: number, blocked: readonly Span[]): number {
  let longest = 0;
  let since = from;
  for (const one of blocked) {
    if (one.to <= since) continue;
    if (one.from >= till) break;
    longest = Math.max(longest, one.from - since);
    since = one.to;
  }
  return Math.max(longest, till - since);
}

function callOf(t: number, device: number, fields: Fields): Call {
  const { status, key, act, rule, version, subject, at, decided, values } = fields;
  return {
    ...{ t, device, status: Number(status), key: String(key), act: String(act) },
    ...{ rule: String(rule), version: Number(version), subject: String(subject) },
    ...{ at: Number(at), decided: Number(decided), values: valuesIn(String(values)) },
  };
}

function valuesIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
