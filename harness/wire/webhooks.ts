/**
 * Where a target reaches us by HTTP, as it would call a webhook of its user's. Who is let in and
 * how a call is answered is decided here, whatever carries the call: a socket in the real gear,
 * memory in sim.
 */
import type { WebhookPlan } from '#kernel';

/** A body that is larger is refused before anybody reads it. */
export const WEBHOOK_BODY_MAX = 64 * 1024;

export interface WebhookCall {
  /** By which the caller says that two calls are one; null where it does not. */
  key: string | null;
  body: Uint8Array;
}

export interface WebhookAnswer {
  status: number;
  /** Why it was refused; empty where it was taken. */
  why: string;
  /** Whoever called was gone before it could be answered: it may call again. */
  unheard?(): void;
}

/** What is behind one path. */
export interface Webhook {
  token: string;
  take(call: WebhookCall): WebhookAnswer;
  /**
   * A call that has not come as far as that: of nobody who may, larger than it may be, or at a path
   * where nobody is.
   */
  refused(status: number, why: string): void;
}

/** One that is listened to. */
export interface LivingWebhook {
  /** To be given to whoever is to call it. */
  url: string;
  close(): Promise<void>;
}

export interface Webhooks {
  listen(at: WebhookPlan, webhook: Webhook): Promise<LivingWebhook>;
}

/** A call as it comes. */
export interface WebhookRequest {
  method: string;
  /** With whatever stands behind it. */
  path: string;
  authorization: string | null;
  key: string | null;
  /** Null for one that is too large. */
  body: Uint8Array | null;
}

export const TAKEN: WebhookAnswer = { status: 204, why: '' };

export const refusal = (status: number, why: string): WebhookAnswer => ({ status, why });

/** At the port that it has got. */
export const urlOf = ({ host, path }: Pick<WebhookPlan, 'host' | 'path'>, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;

/** `of`: what is behind a path, if anything; `all`: who may have been meant, where nothing is. */
export function receive(
  of: (path: string) => Webhook | undefined,
  { method, path, authorization, key, body }: WebhookRequest,
  all: () => Iterable<Webhook> = () => [],
): WebhookAnswer {
  const [plain = ''] = path.split('?');
  const webhook = of(plain);
  if (webhook === undefined) {
    const why = `nobody listens at ${plain.slice(0, PATH_MAX)}`;
    for (const one of all()) one.refused(404, why);
    return refusal(404, why);
  }
  const refused = (status: number, why: string): WebhookAnswer => {
    webhook.refused(status, why);
    return refusal(status, why);
  };
  // The name of a scheme has no case (RFC 9110).
  const borne = (authorization ?? '').replace(/^bearer +/i, '');
  const isBearer = borne !== (authorization ?? '');
  if (webhook.token !== '' && !(isBearer && isSame(borne, webhook.token))) {
    return refused(401, 'it must bear the token: Authorization: Bearer …');
  }
  if (method !== 'POST') return refused(405, 'it takes POST, and nothing else');
  if (body === null) return refused(413, `a body has ${WEBHOOK_BODY_MAX} bytes at most`);
  return webhook.take({ key, body });
}

const PATH_MAX = 200;

/** It takes as long for one wrong letter as for many. */
function isSame(given: string, wanted: string): boolean {
  let wrong = given.length ^ wanted.length;
  for (let at = 0; at < wanted.length; at++) wrong |= given.charCodeAt(at) ^ wanted.charCodeAt(at);
  return wrong === 0;
}
