/**
 * A group of members that share a subscription (MQTT 5, 4.8.2): each message of a stream is to go
 * to one of them. They are sessions of ours past every fault, kept while a member is away, and each
 * acknowledges what it gets; now and then one dies instead, with a message in its hands, and comes
 * back. Every shard has a group of its own over the topics of its own devices.
 */
import { type DeclaredOp, hashText, SHARE_OPS, streamNamed, unitAt } from '#kernel';
import { arrivalsOf } from '../fleet/arrivals.ts';
import { MqttSession } from '../wire/mqtt-session.ts';
import { defineWorkflow, type Workflow, type WorkflowPorts } from './workflow.ts';

export interface ShareDecision {
  group: string;
  members: number;
  of: string;
  /** Null for members that live for ever. */
  diesEveryMs: number | null;
}

/** The target forgets members by itself, so long after they have gone for good. */
const SESSION_S = 300;

export default defineWorkflow({
  kind: 'share',
  summary: 'a group of members subscribes to a stream together, and each message goes to one',
  mqtt: '5',
  params: {
    group: { kind: 'text', about: 'Its name.', default: 'readers' },
    members: { kind: 'integer', about: 'How many, in each shard.', default: 2, min: 2, max: 50 },
    of: {
      kind: 'choice',
      about: 'The stream that they share.',
      of: ['telemetry', 'answer'],
      default: 'telemetry',
    },
    dies: {
      kind: 'duration',
      about: 'How often one of them dies with a message in its hands; never when left out.',
      min: '500ms',
      optional: true,
    },
  },
  ops: SHARE_OPS,
  resolve: ({ group, members, of, dies }) => {
    const resolved: ShareDecision = {
      group: String(group),
      members: Number(members),
      of: String(of),
      diesEveryMs: dies === undefined ? null : Number(dies),
    };
    const isName = /^[A-Za-z0-9_-]{1,60}$/.test(resolved.group);
    const message = `group must be letters, digits, - and _, not '${resolved.group}'`;
    const problems = isName ? [] : [{ code: 'bad-value', path: 'group', message }];
    return { resolved, problems };
  },
  start: (ports, resolved) => new Group(ports, resolved as ShareDecision),
});

class Group implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #decided: ShareDecision;
  readonly #members: Member[];
  #cancel: () => void = () => {};
  #deaths = 0;
  #isOver = false;

  constructor(ports: WorkflowPorts, decided: ShareDecision) {
    this.#ports = ports;
    this.#decided = decided;
    const { plan, lanes } = ports;
    const mine: number[] = [];
    // A shard's plan has holes.
    plan.devices.forEach(({ lane }, device) => {
      if (lanes.has(lane)) mine.push(device);
    });
    const count = mine.length === 0 ? 0 : decided.members;
    this.#members = Array.from({ length: count }, (_, k) => new Member(ports, decided, k, mine));
    this.#dieLater();
  }

  async ready(): Promise<void> {
    await Promise.all(this.#members.map(({ joined }) => joined));
  }

  trouble(): string | null {
    return this.#members.find(({ trouble }) => trouble !== null)?.trouble ?? null;
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await Promise.all(this.#members.map((member) => member.end()));
  }

  #dieLater(): void {
    const { diesEveryMs } = this.#decided;
    if (diesEveryMs === null) return;
    this.#cancel = this.#ports.wheel.after(diesEveryMs, () => {
      if (this.#isOver) return;
      const { plan, shard } = this.#ports;
      const draw = unitAt(hashText(`${plan.seed}/share/${shard}`), this.#deaths++);
      this.#members[Math.floor(draw * this.#members.length)]?.dieOnNext();
      this.#dieLater();
    });
  }
}

class Member {
  readonly #ports: WorkflowPorts;
  readonly #of: string;
  readonly #number: number;
  readonly #session: MqttSession;
  /** One device of each of its lanes, since each lane is judged by itself. */
  readonly #told: readonly number[];
  #isUp = false;
  /** Why it has not joined yet, by what it heard last; null once it has. */
  trouble: string | null = 'it does not answer';
  readonly joined: Promise<void>;
  #isJoined: () => void = () => {};
  /** It dies with the next message, and does not acknowledge it. */
  #isDying = false;

  constructor(
    ports: WorkflowPorts,
    { group, of }: ShareDecision,
    k: number,
    mine: readonly number[],
  ) {
    const { plan, dialect, run, session, shard } = ports;
    this.#ports = ports;
    this.#of = of;
    this.#number = k;
    const told = new Map(mine.map((device) => [plan.devices[device]?.lane, device]));
    this.#told = [...told.values()];
    this.joined = new Promise((resolve) => {
      this.#isJoined = resolve;
    });
    const filters = mine.flatMap((index) => {
      const { lane, id = '' } = plan.devices[index] ?? {};
      const topic = dialect.topicOf({ lane: lane ?? 0, device: id, stream: of });
      return [`$share/${run}-${group}-${shard}/${topic}`];
    });
    this.#session = new MqttSession(
      ports,
      `${session}/${k}`,
      {
        connected: (self, isKept) => {
          this.#isUp = true;
          if (!isKept) self.subscribe(filters, 1, () => this.#granted());
        },
        message: (topic, payload, { dup }) => this.#got(topic, payload, dup),
        mayAcknowledge: () => this.#survives(),
        closed: (why) => this.#closed(why),
      },
      { sessionExpiryS: SESSION_S },
    );
  }

  dieOnNext(): void {
    this.#isDying = true;
  }

  async end(): Promise<void> {
    await this.#session.end();
  }

  /** Whoever ended the connection: what was not acknowledged may go to another member. */
  #closed(why: string): void {
    if (this.#isUp) this.#tell('share/died');
    this.#isUp = false;
    if (this.trouble !== null) this.trouble = why === '' ? 'it closes the connection' : why;
  }

  #granted(): void {
    this.trouble = null;
    this.#tell('share/joined');
    this.#isJoined();
  }

  #tell(op: DeclaredOp): void {
    const member = this.#number;
    for (const device of this.#told) this.#ports.ledger.write(op, { device, member });
  }

  #got(topic: string, payload: Uint8Array, dup: boolean): void {
    for (const arrival of arrivalsOf(this.#ports, topic, payload)) {
      const { device = -1, stream, sighting = null } = arrival ?? {};
      const wanted = streamNamed(this.#ports.plan, this.#of);
      if (sighting === null || stream === undefined || stream !== wanted) continue;
      this.#ports.ledger.write('share/got', {
        ...{ device, stream: stream.code, n: sighting.n },
        ...{ member: this.#number, dup, acks: !this.#isDying },
      });
    }
  }

  #survives(): boolean {
    if (!this.#isDying) return true;
    this.#isDying = false;
    this.#session.cut();
    return false;
  }
}
