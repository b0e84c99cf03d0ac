/**
 * Webhooks in memory: a call of the platform twin takes a moment there and a moment back, and is
 * answered by the same rules as one that came over a socket.
 */
import type { Clock, WebhookPlan } from '#kernel';
import type { OutwardCall } from '#platform';
import {
  type LivingWebhook,
  receive,
  urlOf,
  WEBHOOK_BODY_MAX,
  type Webhook,
  type WebhookAnswer,
  type Webhooks,
} from '../../wire/webhooks.ts';

/** One way, milliseconds. */
const WAY_MS = 1;

export class SimWebhooks implements Webhooks {
  readonly #clock: Pick<Clock, 'after'>;
  /** By URL. */
  readonly #webhooks = new Map<string, Webhook>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  async listen(at: WebhookPlan, webhook: Webhook): Promise<LivingWebhook> {
    const url = urlOf(at, at.port);
    this.#webhooks.set(url, webhook);
    return { url, close: async () => void this.#webhooks.delete(url) };
  }

  /** `answered`: whether there is anybody still to hear of it. */
  call(call: OutwardCall, answered: (status: number) => boolean): void {
    this.#clock.after(WAY_MS, () => {
      const { status, unheard } = this.#receive(call);
      this.#clock.after(WAY_MS, () => {
        if (!answered(status)) unheard?.();
      });
    });
  }

  #receive({ url, key, token, body }: OutwardCall): WebhookAnswer {
    const isLarge = Buffer.byteLength(body) > WEBHOOK_BODY_MAX;
    const asked = {
      ...{ method: 'POST', path: URL.parse(url)?.pathname ?? '/', key },
      authorization: token === '' ? null : `Bearer ${token}`,
      body: isLarge ? null : Buffer.from(body),
    };
    return receive(
      () => this.#webhooks.get(url),
      asked,
      () => this.#webhooks.values(),
    );
  }
}
