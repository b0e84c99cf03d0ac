/**
 * Which alarms a target should have raised, by what it has of each device: all of its readings are
 * gone through once more when the run is over, by another implementation of conditions and another
 * way to look for what lasted. Rules over one device are told by its lane, those over places by the
 * whole fleet.
 */
import {
  addTo,
  inboxOf,
  isOf,
  type LedgerEntry,
  type Plan,
  type RulePlan,
  rulesOf,
  versionsOf,
} from '#kernel';
import type { DeliveryOracle } from './delivery.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import { storyEitherWay } from './rules/again.ts';
import { Inbox, InboxAtLarge, type Refusal } from './rules/inbox.ts';
import { Known, type Spare } from './rules/known.ts';
import { inTurn } from './rules/others.ts';
import { SENDING_OPS, Sendings } from './rules/sendings.ts';
import type { Began, RuleStory } from './rules/story.ts';
import { type Ahead, TargetClock } from './target-clock.ts';

declare module './oracle.ts' {
  interface Oracles {
    rules: RulesOracle;
  }
}

const OPS = [
  ...(['rules/began', 'rules/refused', 'rules/heard', 'rules/missed'] as const),
  ...(['rules/input', 'rules/whole', 'rules/alarm'] as const),
];
const ASKED = ['rules/asked', 'rules/answered'] as const;
const AT_LARGE = [
  ...(['inbox/strange', 'inbox/elsewhere', 'inbox/deaf', 'inbox/posted'] as const),
  'inbox/refused',
] as const;
const INBOX = ['inbox/reading', 'inbox/told', 'inbox/heard', 'inbox/deaf'] as const;

export default defineOracle({
  kind: 'rules',
  summary: 'which alarms should have been raised, and when they were over',
  scope: 'lane',
  ops: [...OPS, ...INBOX, ...SENDING_OPS],
  fleet: {
    ops: [...OPS, ...ASKED, ...AT_LARGE, ...SENDING_OPS],
    start: ({ plan }) => new FleetRules(plan),
  },
  start: (context) => new RulesOracle(context),
});

const OF_FLEET: readonly string[] = ['rules/began', 'rules/refused'];

type Fields = Readonly<Record<string, number | string>>;

/** A target that takes over the operator's time is off by what his word takes to come. */
const APART_MS = 5000;
const UNTIMED = 'nobody can say how far the clock of its rules is from ours';
const APART = 'its rules go by another time than the devices, and a window hangs on both';

/** What came of a device that no window or condition has seen in its turn. */
export interface Rejected {
  /** Null where the target does not say. */
  told: { late: number; ahead: number } | null;
  late: number;
  ahead: number;
  /** Nobody can say which are of a time to come: the target's time is not the devices'. */
  isApart: boolean;
}

/** What of the fleet must be known to tell anything of a device. */
export class FleetRules implements OracleFold {
  readonly #plan: Plan;
  readonly #ids: ReadonlySet<string>;
  /** What came to an inbox and concerns no device. */
  readonly inbox: InboxAtLarge;
  readonly #known: Known;
  /** Of devices of places. */
  readonly #sendings: Sendings;
  /** That its rules go by, against the run's. */
  readonly clock = new TargetClock();
  /** By rule, since when the target goes by each version. */
  readonly began = new Map<string, Map<number, number>>();
  /** By rule, why the target does not go by it at all. */
  readonly #refused = new Map<string, string>();
  /** Places, with the indices of their devices; by rule. */
  readonly #places = new Map<string, Map<string, number[]>>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#ids = new Set(plan.devices.map(({ id }) => id));
    this.inbox = new InboxAtLarge(plan);
    const placed = rulesOf(plan).filter(({ per }) => per !== 'device');
    for (const rule of placed) this.#places.set(rule.name, placesOf(rule, plan));
    const isAbout = (device: number): boolean => {
      const id = plan.devices[device]?.id ?? '';
      return placed.some(({ of }) => isOf(of, id));
    };
    this.#sendings = new Sendings(plan, isAbout);
    this.#known = new Known(isAbout, (device, n, received) =>
      this.#sendings.cameAt(device, n, received, this.clock.ahead),
    );
  }

  step(entry: LedgerEntry): void {
    if (this.#sendings.step(entry)) return;
    if (isOfInbox(entry)) return this.inbox.step(entry);
    const { rule, version, from, status, why } = entry as unknown as Fields;
    const [what, t] = [`${rule} ${version}`, entry.t / 1000];
    switch (entry.op as string) {
      case 'rules/asked':
        return this.clock.asked(what, t);
      case 'rules/answered':
        return status === 200 ? this.clock.answered(what, t) : undefined;
      case 'rules/refused':
        // It goes on by what it took before.
        if (Number(version) === 1) this.#refused.set(String(rule), String(why));
        return;
      case 'rules/began': {
        this.clock.began(what, Number(from), t);
        const own = this.began.get(String(rule)) ?? new Map<number, number>();
        this.began.set(String(rule), own.set(Number(version), Number(from)));
        return;
      }
      default:
        this.#known.step(entry);
    }
  }

  /** Whether it is a device that the rule is over, or a place that it has together. */
  isSubject(rule: RulePlan, subject: string): boolean {
    return rule.per === 'device'
      ? isOf(rule.of, subject) && this.#ids.has(subject)
      : this.#places.get(rule.name)?.has(subject) === true;
  }

  /** Null for a rule that the target took, or may have taken. */
  refusal({ name }: RulePlan): string | null {
    const why = this.began.has(name) ? undefined : this.#refused.get(name);
    return why === undefined ? null : `the target refused the rule ${name}: ${why}`;
  }

  /** Of rules over places that the device is the first of. */
  storiesOf(device: number): RuleStory[] {
    return rulesOf(this.#plan).flatMap((rule) =>
      [...(this.#places.get(rule.name) ?? [])]
        .filter(([, devices]) => devices[0] === device)
        .map(([subject, devices]) => this.#storyOf(rule, subject, devices)),
    );
  }

  #storyOf(rule: RulePlan, subject: string, devices: number[]): RuleStory {
    const began = beganOf(rule, this.began);
    const isOfDevice = (one: number, prefix: string): boolean =>
      isOf(prefix, this.#plan.devices[one]?.id ?? '');
    const timed = this.timed(rule);
    const asked = { rule, subject, devices, began, isOfDevice, ...timed };
    return storyEitherWay(asked, this.#known, (reading, from) =>
      this.#sendings.repeatOf(reading, from, timed.ahead),
    );
  }

  /** By which clock it goes, and why nobody can tell what it should have done by that. */
  timed(rule: RulePlan): { ahead: Ahead; doubt: string | null } {
    const { ahead, isKnown } = this.clock;
    const untimed = this.began.has(rule.name) && !isKnown ? UNTIMED : null;
    const apart = rule.window !== null && this.isApart ? APART : null;
    return { ahead, doubt: this.refusal(rule) ?? apart ?? untimed };
  }

  /** Its rules surely go by another time than the devices: comparing the two says nothing. */
  get isApart(): boolean {
    const { least, most } = this.clock.ahead;
    return this.clock.isKnown && (least > APART_MS || most < -APART_MS);
  }
}

export class RulesOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #fleet: FleetRules;
  readonly #delivery: Pick<DeliveryOracle, 'find'>;
  /** The stream that rules look at. */
  readonly #stream: number;
  readonly #known: Known;
  readonly #sendings: Sendings;
  readonly #inbox: Inbox;

  constructor({ plan, timeline, of }: OracleContext) {
    this.#plan = plan;
    this.#fleet = of<FleetRules>('rules/fleet');
    this.#delivery = of('delivery');
    this.#stream = plan.streams.find(({ name }) => name === 'telemetry')?.code ?? -1;
    const ruled = devicesOf(plan);
    this.#sendings = new Sendings(plan, (device) => ruled.has(device));
    this.#known = new Known(
      () => true,
      (device, n, received) => this.#sendings.cameAt(device, n, received, this.#fleet.clock.ahead),
    );
    this.#inbox = new Inbox(plan, timeline, this.#fleet.inbox, (device, n) => {
      const { sentCount = 0, sentAt = 0 } = this.#delivery.find(device, this.#stream, n) ?? {};
      return sentCount > 0 ? sentAt : null;
    });
  }

  step(entry: LedgerEntry): void {
    if (this.#sendings.step(entry)) return;
    if (isOfInbox(entry)) this.#inbox.step(entry);
    else if (!OF_FLEET.includes(entry.op)) this.#known.step(entry);
  }

  /** Of each rule that is over it, of an inbox too, and of a place that it is the first of. */
  of(device: number): RuleStory[] {
    const id = this.#plan.devices[device]?.id ?? '';
    const own = rulesOf(this.#plan).filter(({ per, of }) => per === 'device' && isOf(of, id));
    const stories = this.#storiesOf(own, device, id);
    const sent = this.#inbox.storiesOf(device);
    return [...stories, ...this.#fleet.storiesOf(device), ...sent];
  }

  /** Calls of the inbox that nobody read. */
  get refusals(): readonly Refusal[] {
    return this.#fleet.inbox.refusals;
  }

  /** Each when those are told of whose alarms it speaks. */
  #storiesOf(rules: readonly RulePlan[], device: number, id: string): RuleStory[] {
    const told = new Map<string, RuleStory>();
    const isOfDevice = (_: number, prefix: string): boolean => isOf(prefix, id);
    const other = (name: string): RuleStory | null => told.get(name) ?? null;
    for (const rule of inTurn(rules)) {
      const began = beganOf(rule, this.#fleet.began);
      const asked = { rule, subject: id, devices: [device], began, isOfDevice, other };
      const timed = this.#fleet.timed(rule);
      const question = { ...asked, ...timed, heardFrom: this.#heardFrom(id) };
      const story = storyEitherWay(question, this.#known, (reading, from) =>
        this.#sendings.repeatOf(reading, from, timed.ahead),
      );
      told.set(rule.name, story);
    }
    return rules.flatMap(({ name }) => told.get(name) ?? []);
  }

  /** Alarms listed under it that no rule of the plan could have raised. */
  spare(device: number): Spare[] {
    const all = rulesOf(this.#plan);
    const others = new Set(inboxOf(this.#plan)?.rules.map(({ name }) => name));
    return this.#known.listed(device).filter(({ rule: name, subject }) => {
      if (others.has(name)) return false;
      const rule = all.find((one) => one.name === name);
      return rule === undefined || !this.#fleet.isSubject(rule, subject);
    });
  }

  /** Null for a device that no rule is over. */
  rejected(device: number): Rejected | null {
    const id = this.#plan.devices[device]?.id ?? '';
    if (!rulesOf(this.#plan).some(({ of }) => isOf(of, id))) return null;
    const from = this.#heardFrom(id);
    const { isApart } = this.#fleet;
    const isUnread = this.#known.readings(device).some((one) => one.isUnread === true);
    if (from === null || isUnread || !this.#known.isWhole(device)) {
      return { told: null, late: 0, ahead: 0, isApart };
    }
    const { late, ahead } = this.#known.inTurn(device, from);
    // Of one that is not on its list, which was read to its end, it counts nothing.
    const told = this.#known.heard(device) ?? { late: 0, ahead: 0 };
    return { told, late, ahead, isApart };
  }

  /** Numbers of all of its readings that the target has. */
  numbersOf(device: number): number[] {
    return this.#known.numbers(device);
  }

  /** Since when the target listens to it at all: the first rule that is over it. */
  #heardFrom(id: string): number | null {
    const own = rulesOf(this.#plan).filter(({ of }) => isOf(of, id));
    const begun = own.flatMap((rule) => this.#fleet.began.get(rule.name)?.get(1) ?? []);
    return begun.length === 0 ? null : Math.min(...begun);
  }
}

const isOfInbox = ({ op }: LedgerEntry): boolean => op.startsWith('inbox/');

/** Of each version, since when; null where the target does not say so of the first. */
function beganOf(
  rule: RulePlan,
  began: ReadonlyMap<string, ReadonlyMap<number, number>>,
): Began[] | null {
  const own = began.get(rule.name);
  if (own?.get(1) === undefined) return null;
  return versionsOf(rule).flatMap((_, place) => {
    const from = own.get(place + 1);
    // Later ones may have been refused, or not have come to it any more.
    return from === undefined ? [] : [{ version: place + 1, from }];
  });
}

/** Indices of those that a rule is over. */
function devicesOf(plan: Plan): Set<number> {
  const rules = rulesOf(plan);
  const own = plan.devices.flatMap(({ id }, device) =>
    rules.some(({ of }) => isOf(of, id)) ? [device] : [],
  );
  return new Set(own);
}

function placesOf({ of, per }: RulePlan, { devices }: Plan): Map<string, number[]> {
  const places = new Map<string, number[]>();
  devices.forEach(({ id, site, region }, device) => {
    if (!isOf(of, id)) return;
    const place = per === 'site' ? site : per === 'region' ? region : 'fleet';
    addTo(places, place, device);
  });
  return places;
}
