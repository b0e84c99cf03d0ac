/**
 * Sends alarms to a topic, as platforms of users do: it goes by rules, and whoever listens there
 * hears when an alarm is raised and when it is cleared. What is sent is as durable as the reading
 * that made it so.
 */
import {
  type Asked,
  defineService,
  type Notice,
  type Service,
  type ServicePorts,
} from '../service.ts';

export interface InboxSeams {
  /** How often it is said that an alarm is raised or cleared. */
  times?(what: string, rule: string, device: string): number;
  /** What the rule is called besides, in one message more. */
  alias?(what: string, rule: string, device: string): string | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS inbox(rule TEXT PRIMARY KEY, topic TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS inbox_sent(device TEXT PRIMARY KEY, sent INTEGER NOT NULL)
    WITHOUT ROWID;
`;
const TOPIC_MAX = 200;
const RULES_MAX = 200;

export default defineService<InboxSeams>({
  kind: 'inbox',
  summary: 'sends alarms to a topic',
  schema: SCHEMA,
  seams: ['times', 'alias'],
  truth: 'inbox',
  start: (ports) => new Inbox(ports),
});

class Inbox implements Service {
  readonly #ports: ServicePorts<InboxSeams>;
  readonly #add;
  readonly #count;
  readonly #counted;
  /** By rule. */
  readonly #topics: Map<string, string>;
  #sent = 0;
  readonly routes = { inbox: (asked: Asked) => this.#page(asked) };
  readonly acts = { 'inbox/rules': (asked: Asked, body: unknown) => this.#begin(asked, body) };

  constructor(ports: ServicePorts<InboxSeams>) {
    this.#ports = ports;
    const { sql } = ports;
    const all = sql.prepare<{ rule: string; topic: string }>('SELECT * FROM inbox ORDER BY rule');
    this.#add = sql.prepare('INSERT OR REPLACE INTO inbox VALUES(?,?)');
    this.#count = sql.prepare(
      `INSERT INTO inbox_sent VALUES(?,1) ON CONFLICT(device) DO UPDATE SET sent = sent + 1`,
    );
    this.#counted = sql.prepare<{ sent: number }>('SELECT sent FROM inbox_sent WHERE device=?');
    this.#topics = new Map(all.all().map(({ rule, topic }) => [rule, topic]));
  }

  counts(): Readonly<Record<string, number>> {
    return { inboxSent: this.#sent };
  }

  noticed({ of, what, rule, subject, since, at }: Notice): void {
    const topic = of === 'rules' ? this.#topics.get(String(rule)) : undefined;
    if (topic === undefined) return;
    const { seams } = this.#ports;
    const whose = [what, String(rule), String(subject)] as const;
    const times = seams?.times?.(...whose) ?? 1;
    const said = { subject, what, since, at };
    for (let k = 0; k < times; k++) this.#send(topic, { rule, ...said });
    const alias = seams?.alias?.(...whose) ?? null;
    if (alias !== null) this.#send(topic, { rule: alias, ...said });
  }

  #send(topic: string, alarm: { rule: unknown; subject: unknown }): void {
    const payload = Buffer.from(JSON.stringify(alarm));
    this.#ports.publish({ topic: `${topic}/${alarm.rule}`, payload, qos: 1, retain: false });
    this.#count.run(String(alarm.subject));
    this.#sent++;
  }

  /** How much was sent about each device. */
  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const inbox = items.map(({ id: device }) => {
      const [{ sent } = { sent: 0 }] = this.#counted.all(device);
      return { device, sent };
    });
    return { inbox, limit, next };
  }

  /** Goes by each of the rules from now on, and says so of each. */
  #begin(asked: Asked, body: unknown) {
    const { topic, rules } = (body ?? {}) as { topic?: unknown; rules?: unknown };
    if (typeof topic !== 'string' || topic === '' || topic.length > TOPIC_MAX || /[+#]/.test(topic))
      return asked.refuse(400, 'topic is a text without + and #');
    if (!Array.isArray(rules) || rules.length > RULES_MAX)
      return asked.refuse(400, `rules are a list of ${RULES_MAX} at most`);
    for (const rule of rules) {
      const name = String((rule as { name?: unknown } | null)?.name ?? '');
      const { status, body: said } = this.#ports.perform(
        `/rules/${encodeURIComponent(name)}`,
        rule,
      );
      if (status !== 200) {
        const why = (said as { error?: unknown } | null)?.error;
        return asked.refuse(409, `the rule ${name.slice(0, 64)}: ${String(why ?? status)}`);
      }
      this.#add.run(name, topic);
      this.#topics.set(name, topic);
    }
    return { rules: [...this.#topics.keys()] };
  }
}
