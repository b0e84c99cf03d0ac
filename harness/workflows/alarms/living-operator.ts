/**
 * An operator at work: looks what there is to hear, and does something about it a while later. What
 * is done about an alarm hangs on the seed, the rule, its subject and which time it was raised, so
 * that a run can be repeated whatever else has become otherwise.
 */
import { type AlarmAct, type AlarmPlan, hashText } from '#kernel';
import { isUnheard, type Queries, SILENT } from '../../watch/target-ports.ts';
import { countIn, listOf, ownDevice } from '../own-rows.ts';
import type { Workflow, WorkflowPorts } from '../workflow.ts';
import { readAlarms } from './read-back.ts';

/** A change of an alarm that the operator is told of. */
interface Heard {
  place: number;
  id: number;
  rule: string;
  subject: string;
  device: string;
  state: string;
  number: number;
  /** What is told: it was raised, cleared, or taken off the shelf. */
  event: string;
}

/** Something to do about an alarm. */
interface Wish {
  heard: Heard;
  device: number;
  what: AlarmAct;
  token: string;
}

const UNSEEN: readonly string[] = ['unack-active', 'unack-returned'];
const AGAIN_MS = 500;
const PAGE = 1000;

export class LivingOperator implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: AlarmPlan;
  /** How often each was heard that waits for an operator, by instance and number. */
  readonly #times = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  #after = 0;
  #isOver = false;

  constructor(ports: WorkflowPorts, plan: AlarmPlan) {
    this.#ports = ports;
    this.#plan = plan;
    if (ports.shard === 0) this.#at(plan.at, () => this.#bind());
    this.#at(plan.at, () => this.#look());
  }

  stop(): void {
    this.#isOver = true;
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await Promise.all(this.#underWay);
  }

  async readBack(): Promise<void> {
    await Promise.all(this.#underWay);
    await readAlarms(this.#ports);
  }

  get #port(): Queries | null {
    return this.#ports.target.port('alarms');
  }

  /** Not any more when the run is over. */
  #at(at: number, action: () => Promise<void>): void {
    this.#ports.wheel.add(at, { fire: () => this.#fire(action) });
  }

  #later(delayMs: number, action: () => Promise<void>): void {
    this.#ports.wheel.addAfter(delayMs, { fire: () => this.#fire(action) });
  }

  #fire(action: () => Promise<void>): number {
    if (!this.#isOver) {
      const doing: Promise<void> = action().finally(() => this.#underWay.delete(doing));
      this.#underWay.add(doing);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** What is too many is for the operator to say. */
  async #bind(): Promise<void> {
    const answer = (await this.#port?.tell?.('bounds', this.#plan.bounds)) ?? SILENT;
    if (isUnheard(answer)) this.#later(AGAIN_MS, () => this.#bind());
  }

  async #look(): Promise<void> {
    const query = { after: String(this.#after), limit: String(PAGE) };
    const { status, body } = (await this.#port?.get(query, 'heard')) ?? SILENT;
    const { heard } = (body ?? {}) as { heard?: Heard[] };
    const rows = status === 200 ? listOf(heard) : [];
    for (const row of rows) {
      this.#after = Math.max(this.#after, countIn(row.place));
      this.#hear(row);
    }
    const isMore = rows.length === PAGE;
    this.#later(isMore ? 0 : this.#plan.lookMs, () => this.#look());
  }

  #hear(heard: Heard): void {
    const { ledger } = this.#ports;
    const device = ownDevice(this.#ports, String(heard.device));
    if (device === null || !String(heard.rule).startsWith(this.#plan.of)) return;
    const { id: instance, number, place } = heard;
    ledger.write('alarms/heard', { device, instance, number, place });
    // One that goes is known from when it came, and needs nothing more.
    if (heard.event === 'cleared' || !UNSEEN.includes(heard.state)) return;
    const which = `${instance} ${number}`;
    const time = (this.#times.get(which) ?? 0) + 1;
    this.#times.set(which, time);
    const { rule, subject } = heard;
    const name = `${this.#ports.plan.seed}/alarms/${rule}/${subject}/${number}/${time}`;
    const drawn = (choice: string): number => hashText(`${name}/${choice}`) / 2 ** 32;
    this.#react({ heard, device, what: 'ack', token: `${number}.${time}` }, drawn);
  }

  #react(wish: Wish, drawn: (choice: string) => number): void {
    const { leastMs, mostMs, acks, shelves, unshelves, hasty, shelveMs } = this.#plan;
    const reaction = (choice: string): number =>
      Math.round(leastMs + drawn(choice) * (mostMs - leastMs));
    const { token } = wish;
    if (drawn('shelve') < shelves) {
      this.#later(reaction('reaction'), async () => {
        const status = await this.#ask({ ...wish, what: 'shelve', token: `${token}.shelve` });
        if (status !== 200 || drawn('unshelve') >= unshelves) return;
        const off = { ...wish, what: 'unshelve' as const, token: `${token}.unshelve` };
        this.#later(shelveMs / 2, async () => void (await this.#ask(off)));
      });
    } else if (drawn('ack') < acks) {
      this.#later(reaction('reaction'), async () => {
        const status = await this.#ask({ ...wish, token: `${token}.ack` });
        if (status !== 200 || drawn('hasty') >= hasty) return;
        const again = { ...wish, token: `${token}.again` };
        this.#later(reaction('again'), async () => void (await this.#ask(again)));
      });
    }
  }

  /** Until it is answered, or the run is over; 0 where nobody knows. */
  async #ask({ heard, device, what, token }: Wish): Promise<number> {
    const { ledger, wheel, session } = this.#ports;
    const { id: instance, number } = heard;
    const forMs = what === 'shelve' ? this.#plan.shelveMs : 0;
    const body = { by: session, token, ...(what === 'ack' ? { number } : {}), forMs };
    const said = { device, instance, what, token };
    for (;;) {
      ledger.write('alarms/asked', { ...said, number: what === 'ack' ? number : 0, forMs });
      const { status } = (await this.#port?.tell?.(`${instance}/${what}`, body)) ?? SILENT;
      ledger.write('alarms/answered', { ...said, status });
      if (!isUnheard({ status }) || this.#isOver) return status;
      await new Promise<void>((resolve) => void wheel.after(AGAIN_MS, resolve));
      if (this.#isOver) return 0;
    }
  }
}
