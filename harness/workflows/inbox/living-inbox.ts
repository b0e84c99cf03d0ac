/**
 * An inbox while a run goes on: each reading that comes by is written down once, as the platform
 * must have got it, and each message in the inbox when it came. What came while nobody listened is
 * gone for good, so that is written down too: of what was not heard nothing is judged.
 */
import { dueAt, type InboxPlan, STAMP } from '#kernel';
import { IntervalSet } from '../../fleet/interval-set.ts';
import { MqttSession } from '../../wire/mqtt-session.ts';
import { isOwn, ownDevice } from '../own-rows.ts';
import { isOf } from '../whom.ts';
import type { SeenMessage, Workflow, WorkflowPorts } from '../workflow.ts';
import { readAlarm } from './alarm-message.ts';

const NOBODY = -1;
const STREAM = 'telemetry';
/** By this port a target is told to send alarms, and by which rules; few have it. */
const PORT = 'inbox';
const AGAIN_MS = 500;
/** Of what is strange so many are written down; a platform may send anything for ever. */
const STRANGE_MAX = 200;
const SAYS_MAX = 200;

export class LivingInbox implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: InboxPlan;
  readonly #session: MqttSession;
  readonly #seen = new Map<number, IntervalSet>();
  /** Devices that a rule is over. */
  readonly #isAbout = new Map<number, boolean>();
  #isListening = false;
  #wasListening = false;
  #isNew = false;
  /** Why not all that came was heard; null where it was. */
  #deaf: string | null = null;
  /** A target that is told what to do has not said yes yet. */
  #isOpen = false;
  #isOver = false;
  #strange = 0;
  /** Names that this shard does not know. */
  readonly #elsewhere = new Set<string>();

  constructor(ports: WorkflowPorts, plan: InboxPlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#session = this.#listen();
    if (ports.shard === 0 && this.#isToldTo()) {
      this.#isOpen = true;
      void this.#ask();
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  account(): void {}

  seen({ device, stream, n, values }: SeenMessage): void {
    if (stream.name !== STREAM || !this.#isUnder(device)) return;
    const { ledger, plan, now } = this.#ports;
    if (!this.#wasListening) this.#deaf ??= 'readings came before it could be listened to';
    if (this.#isOpen) this.#tellDeaf('readings came before the target had taken the rules');
    if (!this.#numbersOf(device).add(n)) return;
    const numbers = Object.entries(values()).filter(([, one]) => typeof one === 'number');
    const own = Object.fromEntries(numbers) as Record<string, number>;
    const at = Math.max(0, Math.round(own[STAMP] ?? dueAt(plan, stream, device, n) ?? 0));
    const told = { n, at, received: Math.round(now()), values: JSON.stringify(own) };
    ledger.write('inbox/reading', { device, ...told });
  }

  async readBack(): Promise<void> {
    const { ledger, plan } = this.#ports;
    if (!this.#isListening) this.#deaf ??= 'it could not be listened to in the end';
    plan.devices.forEach((_, device) => {
      if (!isOwn(this.#ports, device) || !this.#isUnder(device)) return;
      if (this.#deaf === null) ledger.write('inbox/heard', { device });
      else ledger.write('inbox/deaf', { device, why: this.#deaf });
    });
  }

  async end(): Promise<void> {
    this.stop();
    await this.#session.end();
  }

  // --- what comes -------------------------------------------------------------------------------

  #listen(): MqttSession {
    const { session: name, plan } = this.#ports;
    return new MqttSession(this.#ports, name, {
      connected: (session, isPresent) => {
        if (!isPresent) this.#isNew = true;
        session.subscribe([`${this.#plan.topic}/#`], plan.observers.qos, () => {
          if (this.#isNew && this.#wasListening) {
            this.#deaf ??= 'the session by which it is listened to was lost';
          }
          this.#isNew = false;
          this.#isListening = true;
          this.#wasListening = true;
        });
      },
      message: (_, payload, { dup, retain }) => {
        // What is retained was sent before anybody listened.
        if (!retain) this.#came(payload, dup);
      },
      closed: () => {
        this.#isListening = false;
      },
    });
  }

  #came(payload: Uint8Array, isAgain: boolean): void {
    const { ledger, roster, shard, plan } = this.#ports;
    const said = readAlarm(payload);
    const text = Buffer.from(payload).toString().slice(0, SAYS_MAX);
    if (typeof said === 'string') return shard === 0 ? this.#strangeOne(said, text) : undefined;
    const { rule: name, subject, what, since, at } = said;
    const rule = this.#plan.rules.find((one) => one.name === name);
    const index = roster.get(subject);
    const device = ownDevice(this.#ports, subject);
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
    this.#ports.ledger.write('inbox/strange', { device: NOBODY, why, says });
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

  async #ask(): Promise<void> {
    const { clock, target } = this.#ports;
    const answer = await target.port(PORT)?.tell?.('rules', this.#plan);
    if (!this.#isOpen || this.#isOver) return;
    const { status = 0 } = answer ?? {};
    if (status === 200) this.#isOpen = false;
    else if (status === 0 || status >= 500) clock.after(AGAIN_MS, () => void this.#ask());
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
