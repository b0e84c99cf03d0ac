/**
 * An inbox while a run goes on: each reading that comes by is written down once, as the platform
 * must have got it, and each message in the inbox when it came. What came while nobody listened is
 * gone for good, so that is written down too: of what was not heard nothing is judged.
 */
import { dueAt, type InboxPlan, isOf, readingTexts, STAMP } from '#kernel';
import { IntervalSet } from '../../fleet/interval-set.ts';
import { type Answer, SILENT } from '../../watch/target-ports.ts';
import { Insistence } from '../insistence.ts';
import { isOwn, ownDevice } from '../own-rows.ts';
import type { SeenMessage, Workflow, WorkflowPorts } from '../workflow.ts';
import { type AlarmMessage, readAlarm } from './alarm-message.ts';
import type { Ear } from './ear.ts';
import { HttpEar } from './http-ear.ts';
import { TopicEar } from './topic-ear.ts';

const NOBODY = -1;
const STREAM = 'telemetry';
/** By this port a target is told to send alarms, and by which rules; few have it. */
const PORT = 'inbox';
/** Of what is strange so many are written down; a platform may send anything for ever. */
const STRANGE_MAX = 200;
const SAYS_MAX = 200;

/** Calls that were answered with one status before anybody read them. */
interface Refusals {
  times: number;
  first: number;
  why: string;
}

export class LivingInbox implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: InboxPlan;
  readonly #ear: Ear;
  readonly #insistence: Insistence;
  readonly #seen = new Map<number, IntervalSet>();
  /** Devices that a rule is over. */
  readonly #isAbout = new Map<number, boolean>();
  /** Why not all that came was heard; null where it was. */
  #deaf: string | null = null;
  /** A target that is told what to do has not said yes yet. */
  #isOpen = false;
  #strange = 0;
  /** By the status. */
  readonly #refused = new Map<number, Refusals>();
  /** Names that this shard does not know. */
  readonly #elsewhere = new Set<string>();

  constructor(ports: WorkflowPorts, plan: InboxPlan) {
    this.#ports = ports;
    this.#plan = plan;
    const strange = (why: string, says: string): void =>
      this.#strangeOne(why, says.slice(0, SAYS_MAX));
    const told = (alarm: AlarmMessage, isAgain: boolean): void => this.#tell(alarm, isAgain);
    this.#ear =
      plan.http === undefined
        ? new TopicEar(ports, plan.topic, (payload, isAgain) => this.#came(payload, isAgain))
        : new HttpEar(ports, plan.http, {
            ...{ told, strange },
            refused: (status, why) => this.#refuse(status, why),
          });
    this.#insistence = new Insistence(ports);
    this.#isOpen = ports.shard === 0 && this.#isToldTo();
  }

  async ready(): Promise<void> {
    const orders = { ...(await this.#ear.ready()), rules: this.#plan.rules };
    if (!this.#isOpen) return;
    // An answer may be long in coming, and nobody waits for it.
    this.#insistence.now(
      () => this.#ask(orders),
      (answer) => this.#answered(answer),
    );
  }

  stop(): void {
    this.#insistence.stop();
  }

  account(): void {}

  seen({ device, stream, n, values }: SeenMessage): void {
    if (stream.name !== STREAM || !this.#isUnder(device)) return;
    const { ledger, plan, now } = this.#ports;
    if (!this.#ear.wasListening) this.#deaf ??= 'readings came before it could be listened to';
    if (this.#isOpen) this.#tellDeaf('readings came before the target had taken the rules');
    if (!this.#numbersOf(device).add(n)) return;
    const numbers = Object.entries(values()).filter(([, one]) => typeof one === 'number');
    const own = Object.fromEntries(numbers) as Record<string, number>;
    const at = Math.max(0, Math.round(own[STAMP] ?? dueAt(plan, stream, device, n) ?? 0));
    const told = { n, at, received: Math.round(now()) };
    for (const values of readingTexts(own)) {
      ledger.write('inbox/reading', { device, ...told, values });
    }
  }

  async readBack(): Promise<void> {
    const { ledger, plan } = this.#ports;
    const deaf = this.#ear.deaf ?? this.#deaf;
    const isDeaf = deaf === null && !this.#ear.isListening;
    const why = isDeaf ? 'it could not be listened to in the end' : deaf;
    for (const [status, refused] of this.#refused) {
      ledger.write('inbox/refused', { device: NOBODY, status, ...refused });
    }
    this.#refused.clear();
    plan.devices.forEach((_, device) => {
      if (!isOwn(this.#ports, device) || !this.#isUnder(device)) return;
      if (why === null) ledger.write('inbox/heard', { device });
      else ledger.write('inbox/deaf', { device, why });
    });
  }

  async end(): Promise<void> {
    this.stop();
    await this.#insistence.settled;
    await this.#ear.end();
  }

  // --- what comes -------------------------------------------------------------------------------

  #came(payload: Uint8Array, isAgain: boolean): void {
    const said = readAlarm(payload);
    if (typeof said !== 'string') return this.#tell(said, isAgain);
    const text = Buffer.from(payload).toString().slice(0, SAYS_MAX);
    if (this.#ports.shard === 0) this.#strangeOne(said, text);
  }

  #tell({ rule: name, subject, what, since, at }: AlarmMessage, isAgain: boolean): void {
    const { ledger, roster, shard, plan } = this.#ports;
    const rule = this.#plan.rules.find((one) => one.name === name);
    const index = roster.get(subject);
    const device = ownDevice(this.#ports, subject);
    const isAlone = this.#plan.http !== undefined && device === null;
    // Nobody else hears of it: whose it is the judge can tell.
    if (isAlone && subject.length <= SAYS_MAX && name.length <= SAYS_MAX) {
      const told = { subject, rule: name, what, since, at, isAgain };
      ledger.write('inbox/posted', { device: NOBODY, ...told });
      return;
    }
    // A shard knows its own devices alone: whether there is none of that name the judge can tell.
    if (index === undefined && shard === 0) return this.#isElsewhere(subject);
    if (device === null) return;
    if (rule === undefined) return this.#strangeOne('there is no such rule', name);
    if (!isOf(rule.of, plan.devices[device]?.id ?? '')) {
      return this.#strangeOne(`${name} is not over that device`, subject);
    }
    ledger.write('inbox/told', { device, rule: name, what, since, at, isAgain });
  }

  #strangeOne(why: string, says: string): void {
    if (++this.#strange > STRANGE_MAX) return;
    const told = { why: why.slice(0, SAYS_MAX), says: says.slice(0, SAYS_MAX) };
    this.#ports.ledger.write('inbox/strange', { device: NOBODY, ...told });
  }

  #refuse(status: number, why: string): void {
    const first = Math.max(0, Math.round(this.#ports.now()));
    const known = this.#refused.get(status) ?? { times: 0, first, why: why.slice(0, SAYS_MAX) };
    known.times++;
    this.#refused.set(status, known);
  }

  #isElsewhere(subject: string): void {
    const { ledger, plan } = this.#ports;
    const [says, known] = [subject.slice(0, SAYS_MAX), this.#elsewhere];
    // All that the other shards know find room, beside as many as nobody knows.
    if (known.has(says) || known.size >= plan.devices.length + STRANGE_MAX) return;
    known.add(says);
    ledger.write('inbox/elsewhere', { device: NOBODY, says });
  }

  #tellDeaf(why: string): void {
    this.#isOpen = false;
    this.#ports.ledger.write('inbox/deaf', { device: NOBODY, why });
  }

  // --- a target that takes orders ---------------------------------------------------------------

  #isToldTo(): boolean {
    const { plan, target } = this.#ports;
    return plan.target.offers.includes(PORT) && target.port(PORT)?.tell !== undefined;
  }

  async #ask(orders: object): Promise<Answer> {
    return (await this.#ports.target.port(PORT)?.tell?.('rules', orders)) ?? SILENT;
  }

  #answered({ status }: Answer): void {
    if (!this.#isOpen) return;
    if (status === 200) this.#isOpen = false;
    else this.#tellDeaf(`the target does not take the rules: it answers ${status}`);
  }

  // --- devices ----------------------------------------------------------------------------------

  #isUnder(device: number): boolean {
    let is = this.#isAbout.get(device);
    if (is === undefined) {
      const id = this.#ports.plan.devices[device]?.id;
      is = id !== undefined && this.#plan.rules.some(({ of }) => isOf(of, id));
      this.#isAbout.set(device, is);
    }
    return is;
  }

  #numbersOf(device: number): IntervalSet {
    let numbers = this.#seen.get(device);
    if (numbers === undefined) {
      numbers = new IntervalSet();
      this.#seen.set(device, numbers);
    }
    return numbers;
  }
}
