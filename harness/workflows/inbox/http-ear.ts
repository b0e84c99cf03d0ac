/**
 * Hears an inbox that is a webhook. One shard listens for all; it does so before anything begins,
 * and whoever calls is answered when what it says is written down.
 */
import type { WebhookPlan } from '#kernel';
import {
  type LivingWebhook,
  refusal,
  TAKEN,
  type WebhookAnswer,
  type WebhookCall,
} from '../../wire/webhooks.ts';
import type { WorkflowPorts } from '../workflow.ts';
import { type AlarmMessage, readAlarms } from './alarm-message.ts';
import type { Ear } from './ear.ts';

export interface Heard {
  told(alarm: AlarmMessage, isAgain: boolean): void;
  strange(why: string, says: string): void;
  /** A call that was answered so, and of which nobody knows what it said. */
  refused(status: number, why: string): void;
}

/** Of so many calls that had no answer, or had a key, it is known that they may come again. */
const KNOWN_MAX = 100_000;

export class HttpEar implements Ear {
  // Of the other shards as well: who listens for them does so from the beginning to the end.
  readonly isListening = true;
  readonly wasListening = true;
  readonly deaf = null;
  readonly #ports: WorkflowPorts;
  readonly #plan: WebhookPlan;
  readonly #heard: Heard;
  readonly #keys = new Set<string>();
  readonly #unheard = new Set<string>();
  #webhook: LivingWebhook | null = null;
  readonly #toldRefusals = new Set<number>();

  constructor(ports: WorkflowPorts, plan: WebhookPlan, heard: Heard) {
    this.#ports = ports;
    this.#plan = plan;
    this.#heard = heard;
  }

  async ready(): Promise<object> {
    const { shard, webhooks, say } = this.#ports;
    if (shard !== 0) return {};
    const { token } = this.#plan;
    this.#webhook = await webhooks.listen(this.#plan, {
      token,
      take: (call) => this.#take(call),
      refused: (status, why) => this.#refused(status, why),
    });
    const { url } = this.#webhook;
    say(`alarms are taken at ${url}${token === '' ? '' : ', with the token'}`);
    return { http: { url, token } };
  }

  async end(): Promise<void> {
    await this.#webhook?.close();
  }

  #take({ key, body }: WebhookCall): WebhookAnswer {
    const alarms = readAlarms(body);
    if (typeof alarms === 'string') {
      this.#heard.strange(alarms, Buffer.from(body).toString());
      return refusal(400, alarms);
    }
    const isAgain = key !== null && !addTo(this.#keys, `call ${key}`);
    const names = alarms.map((alarm) => JSON.stringify(alarm));
    alarms.forEach((alarm, at) => {
      const wasHeard = alarm.key !== undefined && !addTo(this.#keys, `alarm ${alarm.key}`);
      const mayBe = this.#unheard.delete(names[at] ?? '');
      this.#heard.told(alarm, isAgain || wasHeard || mayBe);
    });
    const unheard = (): void => {
      for (const name of names) addTo(this.#unheard, name);
    };
    return { ...TAKEN, unheard };
  }

  /** Nobody may have meant us; whoever did is told once of each, as no alarm of his will come. */
  #refused(status: number, why: string): void {
    if (status === 413) this.#heard.strange(why, '');
    else this.#heard.refused(status, why);
    if (this.#toldRefusals.has(status)) return;
    this.#toldRefusals.add(status);
    this.#ports.say(`a call of ${this.#plan.path} was answered ${status}: ${why}`);
  }
}

/** False for what was there; the oldest goes for the newest. */
function addTo(known: Set<string>, one: string): boolean {
  if (known.has(one)) return false;
  known.add(one);
  const [oldest] = known;
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
  return true;
}
