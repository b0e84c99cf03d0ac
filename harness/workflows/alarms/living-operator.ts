/**
 * An operator at work: looks what there is to hear, and does something about it a while later. What
 * is done about an alarm hangs on the seed, the rule, its subject and which time it was raised, so
 * that a run can be repeated whatever else has become otherwise.
 */
import { type AlarmAct, type AlarmPlan, hashText } from '#kernel';
import { type Answer, type Queries, SILENT } from '../../watch/target-ports.ts';
import { Insistence } from '../insistence.ts';
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
const PAGE = 1000;

export class LivingOperator implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: AlarmPlan;
  /** How often each was heard that waits for an operator, by instance and number. */
  readonly #times = new Map<string, number>();
  readonly #insistence: Insistence;
  readonly #underWay = new Set<Promise<void>>();
  #after = 0;
  #isOver = false;

  constructor(ports: WorkflowPorts, plan: AlarmPlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#insistence = new Insistence(ports);
    if (ports.shard === 0) this.#insistence.from(plan.at, () => this.#bind());
    ports.wheel.add(plan.at, { fire: () => this.#fire(() => this.#look()) });
  }

  stop(): void {
    this.#isOver = true;
    this.#insistence.stop();
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await this.#settled();
  }

  async readBack(): Promise<void> {
    await this.#settled();
    await readAlarms(this.#ports);
  }

  get #port(): Queries | null {
    return this.#ports.target.port('alarms');
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#underWay, this.#insistence.settled]);
  }

  /** Not any more when the run is over. */
  #later(delayMs: number, action: () => Promise<void> | void): void {
    this.#ports.wheel.addAfter(delayMs, { fire: () => this.#fire(action) });
  }

  #fire(action: () => Promise<void> | void): number {
    const begun = this.#isOver ? undefined : action();
    if (begun !== undefined) {
      const doing: Promise<void> = begun.finally(() => this.#underWay.delete(doing));
      this.#underWay.add(doing);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** What is too many is for the operator to say. */
  async #bind(): Promise<Answer> {
    return (await this.#port?.tell?.('bounds', this.#plan.bounds)) ?? SILENT;
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
      this.#later(reaction('reaction'), () => {
        this.#insist({ ...wish, what: 'shelve', token: `${token}.shelve` }, (status) => {
          if (status !== 200 || drawn('unshelve') >= unshelves) return;
          const off = { ...wish, what: 'unshelve' as const, token: `${token}.unshelve` };
          this.#later(shelveMs / 2, () => this.#insist(off));
        });
      });
    } else if (drawn('ack') < acks) {
      this.#later(reaction('reaction'), () => {
        this.#insist({ ...wish, token: `${token}.ack` }, (status) => {
          if (status !== 200 || drawn('hasty') >= hasty) return;
          const again = { ...wish, token: `${token}.again` };
          this.#later(reaction('again'), () => this.#insist(again));
        });
      });
    }
  }

  #insist(wish: Wish, then: (status: number) => void = () => {}): void {
    this.#insistence.now(
      () => this.#ask(wish),
      ({ status }) => then(status),
    );
  }

  async #ask({ heard, device, what, token }: Wish): Promise<Answer> {
    const { ledger, session } = this.#ports;
    const { id: instance, number } = heard;
    const forMs = what === 'shelve' ? this.#plan.shelveMs : 0;
    const body = { by: session, token, ...(what === 'ack' ? { number } : {}), forMs };
    const said = { device, instance, what, token };
    ledger.write('alarms/asked', { ...said, number: what === 'ack' ? number : 0, forMs });
    const answer = (await this.#port?.tell?.(`${instance}/${what}`, body)) ?? SILENT;
    ledger.write('alarms/answered', { ...said, status: answer.status });
    return answer;
  }
}
