/**
 * Listens for what a target tells of an act by HTTP. Each call is written down with its answer: it
 * is taken, or refused while the scenario says so, and whoever was refused has to call again.
 */
import { ACT_VALUES_MAX, type ActPlan, type ActWebhook, isMap } from '#kernel';
import {
  type LivingWebhook,
  refusal,
  TAKEN,
  type WebhookAnswer,
  type WebhookCall,
} from '../../wire/webhooks.ts';
import { countIn, ownDevice } from '../own-rows.ts';
import type { WorkflowPorts } from '../workflow.ts';

const NOBODY = -1;
/** Room in the ledger; what a target says may be anything. */
const TEXT_MAX = 200;
const KEY_MAX = 400;
/** Of what nobody can read so much is written down. */
const GARBLED_MAX = 200;
/** Of calls, before nobody can say any more that all were heard. */
const CALLED_MAX = 100_000;

/** What is told of a decision. */
const TEXTS = ['key', 'act', 'rule', 'subject'] as const;
const NUMBERS = ['version', 'at', 'decided'] as const;

export class LivingActWebhook {
  readonly #ports: WorkflowPorts;
  readonly #act: string;
  readonly #plan: ActWebhook;
  #living: LivingWebhook | null = null;
  #garbled = 0;
  #called = 0;
  readonly #toldRefusals = new Set<number>();

  constructor(ports: WorkflowPorts, { name }: Pick<ActPlan, 'name'>, plan: ActWebhook) {
    this.#ports = ports;
    this.#act = name;
    this.#plan = plan;
  }

  /** With what the target is told of it. */
  async listen(): Promise<{ url: string; token: string }> {
    const { webhooks, say } = this.#ports;
    const { token } = this.#plan;
    this.#living = await webhooks.listen(this.#plan, {
      token,
      take: (call) => this.#take(call),
      refused: (status, why) => this.#refused(status, why),
    });
    const { url } = this.#living;
    say(`the act ${this.#act} is told at ${url}${token === '' ? '' : ', with the token'}`);
    return { url, token };
  }

  /** So far all was heard. */
  wasHeard(): void {
    if (this.#living === null || this.#called > CALLED_MAX) return;
    this.#ports.ledger.write('acts/listened', { device: NOBODY, by: this.#act });
  }

  async end(): Promise<void> {
    await this.#living?.close();
  }

  #take({ key, body }: WebhookCall): WebhookAnswer {
    const text = Buffer.from(body).toString();
    const told = readCall(text);
    if (typeof told === 'string') return this.#garble(told, text);
    if (key !== null && key !== told.key) {
      return this.#garble('it bears one key, and says another', `${key} ${told.key}`);
    }
    const now = this.#ports.now();
    const isDown = this.#plan.downs.some(({ at, until }) => at <= now && now < until);
    const answer = isDown ? refusal(503, 'it takes nothing now') : TAKEN;
    const device = ownDevice(this.#ports, told.subject) ?? NOBODY;
    const { status } = answer;
    if (++this.#called <= CALLED_MAX) {
      this.#ports.ledger.write('acts/called', { device, by: this.#act, status, ...told });
    }
    return answer;
  }

  /** It may be of a stranger; whoever meant us is told once of each that he is not let in. */
  #refused(status: number, why: string): void {
    if (status === 413) this.#garble(`${status}: ${why}`, '');
    if (this.#toldRefusals.has(status)) return;
    this.#toldRefusals.add(status);
    this.#ports.say(`a call of the act ${this.#act} was answered ${status}: ${why}`);
  }

  #garble(why: string, says: string): WebhookAnswer {
    if (++this.#garbled <= GARBLED_MAX) {
      const told = { why, says: says.slice(0, TEXT_MAX) };
      this.#ports.ledger.write('acts/garbled', { device: NOBODY, by: this.#act, ...told });
    }
    return refusal(400, why);
  }
}

interface Told {
  key: string;
  act: string;
  rule: string;
  version: number;
  subject: string;
  at: number;
  decided: number;
  /** As JSON; empty where the ledger has no room for them. */
  values: string;
}

/** Why nobody can read it, or what it tells. */
function readCall(text: string): string | Told {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isMap(said)) return 'it is no JSON object';
  for (const name of TEXTS) {
    const value = said[name];
    const most = name === 'key' ? KEY_MAX : TEXT_MAX;
    if (typeof value !== 'string' || value.length > most) return `its ${name} is no short text`;
  }
  for (const name of NUMBERS) {
    if (typeof said[name] !== 'number' || said[name] < 0) return `its ${name} is no number from 0`;
  }
  const { key, act, rule, subject, version, at, decided, values } = said;
  if (!isMap(values)) return 'its values are no map';
  const own = JSON.stringify(values);
  const isMore = Buffer.byteLength(own) > ACT_VALUES_MAX;
  return {
    ...{ key: String(key), act: String(act), rule: String(rule), subject: String(subject) },
    ...{ version: countIn(version), at: countIn(at), decided: countIn(decided) },
    values: isMore ? '' : own,
  };
}
