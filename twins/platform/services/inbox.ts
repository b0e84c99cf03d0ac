/**
 * Sends alarms to a topic or a webhook, as platforms of users do: it goes by rules, and whoever
 * listens there hears when an alarm is raised and when it is cleared. What is sent is as durable as
 * the reading that made it so.
 */
import { type WebhookAt, webhookIn } from '../outward.ts';
import {
  type Asked,
  defineService,
  type Notice,
  type Service,
  type ServicePorts,
} from '../service.ts';
import { Outbox, outboxSchema } from '../store/outbox.ts';

export interface InboxSeams {
  /** How often it is said that an alarm is raised or cleared. */
  times?(what: string, rule: string, device: string): number;
  /** What the rule is called besides, in one message more. */
  alias?(what: string, rule: string, device: string): string | null;
  /** The platform starts, and an alarm is over: true says once more that it is raised. */
  resurrects?(rule: string, device: string): boolean;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS inbox(rule TEXT PRIMARY KEY, topic TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS inbox_sent(device TEXT PRIMARY KEY, sent INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS inbox_webhook(
    rule TEXT PRIMARY KEY, url TEXT NOT NULL, token TEXT NOT NULL) WITHOUT ROWID;
  ${outboxSchema('inbox_outbox')}
`;
const TOPIC_MAX = 200;
const RULES_MAX = 200;

export default defineService<InboxSeams>({
  kind: 'inbox',
  summary: 'sends alarms to a topic or a webhook',
  schema: SCHEMA,
  seams: ['times', 'alias', 'resurrects'],
  truth: 'inbox',
  start: (ports) => new Inbox(ports),
});

/** As those who go by rules list it. */
interface Alarm extends Record<'rule' | 'subject', string>, Record<'since' | 'at', number> {
  cleared: number | null;
}

class Inbox implements Service {
  readonly #ports: ServicePorts<InboxSeams>;
  readonly #add;
  readonly #count;
  readonly #counted;
  readonly #addWebhook;
  readonly #outbox: Outbox;
  /** By rule. */
  readonly #topics: Map<string, string>;
  readonly #webhooks: Map<string, WebhookAt>;
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
    const webhooks = sql.prepare<WebhookAt & { rule: string }>('SELECT * FROM inbox_webhook');
    this.#addWebhook = sql.prepare('INSERT OR REPLACE INTO inbox_webhook VALUES(?,?,?)');
    this.#webhooks = new Map(webhooks.all().map(({ rule, url, token }) => [rule, { url, token }]));
    this.#outbox = new Outbox(ports, 'inbox_outbox');
  }

  ready(): void {
    this.#outbox.ready();
    const { seams, commits } = this.#ports;
    if (seams?.resurrects === undefined) return;
    commits.add(
      () => this.#resurrect(),
      () => {},
    );
  }

  counts(): Readonly<Record<string, number>> {
    return { inboxSent: this.#sent, inboxTaken: this.#outbox.taken };
  }

  noticed({ of, what, rule: name, subject, since, at }: Notice): void {
    const rule = String(name);
    const topic = this.#topics.get(rule);
    const webhook = this.#webhooks.get(rule);
    if (of !== 'rules' || (topic === undefined && webhook === undefined)) return;
    const { seams } = this.#ports;
    const whose = [what, rule, String(subject)] as const;
    const said = { subject, what, since, at };
    const send = (called: string): void => this.#send(rule, { rule: called, ...said });
    const times = seams?.times?.(...whose) ?? 1;
    for (let k = 0; k < times; k++) send(rule);
    const alias = seams?.alias?.(...whose) ?? null;
    if (alias !== null) send(alias);
  }

  /** Where that of the rule goes. */
  #send(rule: string, alarm: { rule: string; subject: unknown }): void {
    const webhook = this.#webhooks.get(rule);
    if (webhook !== undefined) this.#outbox.send({ ...webhook, body: alarm });
    else this.#publish(`${this.#topics.get(rule)}/${alarm.rule}`, alarm);
    this.#count.run(String(alarm.subject));
    this.#sent++;
  }

  /** What a bug does with what a former life has left. */
  #resurrect(): void {
    const { body } = this.#ports.ask('/rules');
    const { rules } = body as { rules: { alarms: Alarm[] }[] };
    for (const { rule, subject, since, at, cleared } of rules.flatMap(({ alarms }) => alarms)) {
      const isOurs = this.#topics.has(rule) || this.#webhooks.has(rule);
      if (cleared === null || !isOurs) continue;
      if (this.#ports.seams?.resurrects?.(rule, subject) !== true) continue;
      this.#send(rule, { rule, subject, ...{ what: 'raised', since, at } });
    }
  }

  #publish(topic: string, alarm: object): void {
    const payload = Buffer.from(JSON.stringify(alarm));
    this.#ports.publish({ topic, payload, qos: 1, retain: false });
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
    const { rules, ...way } = (body ?? {}) as { rules?: unknown };
    const to = wayIn(way);
    if (typeof to === 'string') return asked.refuse(400, to);
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
      this.#goTo(name, to);
    }
    return { rules: [...this.#topics.keys(), ...this.#webhooks.keys()] };
  }

  #goTo(rule: string, to: Way): void {
    if ('topic' in to) {
      this.#add.run(rule, to.topic);
      this.#topics.set(rule, to.topic);
    } else {
      this.#addWebhook.run(rule, to.url, to.token);
      this.#webhooks.set(rule, to);
    }
  }
}

type Way = { topic: string } | WebhookAt;

/** Why alarms cannot go there, or where they go. */
function wayIn({ topic, http }: { topic?: unknown; http?: unknown }): string | Way {
  if (http !== undefined) return webhookIn(http);
  const isTopic = typeof topic === 'string' && topic !== '' && topic.length <= TOPIC_MAX;
  return isTopic && !/[+#]/.test(topic) ? { topic } : 'topic is a text without + and #';
}
