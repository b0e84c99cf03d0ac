/**
 * Webhooks on sockets: one server for each address that is listened at, with a path for each. It
 * holds nobody up: who sends slowly, too much or nothing is let go.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebhookPlan, WorldError } from '#kernel';
import {
  type LivingWebhook,
  receive,
  urlOf,
  WEBHOOK_BODY_MAX,
  type Webhook,
  type WebhookAnswer,
  type Webhooks,
} from './webhooks.ts';

/** Who has not sent all of a call by then is let go. */
const PATIENCE_MS = 10_000;
/** So often in that time it is looked who has not. */
const LOOKS = 10;
/** So many may be connected at once; a platform that tells many things needs a few. */
const CALLERS_MAX = 1000;
/** So much of a body that is too large is read, so that whoever sends it hears the answer. */
const PASSED_OVER_MAX = 1024 * 1024;

interface Listening {
  server: Server;
  /** By path. */
  webhooks: Map<string, Webhook>;
}

interface Bounds {
  patienceMs: number;
  callers: number;
}

export class HttpWebhooks implements Webhooks {
  /** By the address that is asked for; each is listened at once. */
  readonly #listening = new Map<string, Promise<Listening>>();
  readonly #bounds: Bounds;

  constructor({ patienceMs = PATIENCE_MS, callers = CALLERS_MAX }: Partial<Bounds> = {}) {
    this.#bounds = { patienceMs, callers };
  }

  async listen(at: WebhookPlan, webhook: Webhook): Promise<LivingWebhook> {
    const { host, port, path } = at;
    const asked = `${host} ${port}`;
    const opened = this.#listening.get(asked) ?? open(host, port, this.#bounds);
    this.#listening.set(asked, opened);
    const { server, webhooks } = await opened;
    webhooks.set(path, webhook);
    return {
      url: urlOf(at, (server.address() as AddressInfo).port),
      close: async () => {
        webhooks.delete(path);
        if (webhooks.size > 0) return;
        this.#listening.delete(asked);
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
      },
    };
  }
}

function open(host: string, port: number, { patienceMs, callers }: Bounds): Promise<Listening> {
  const webhooks = new Map<string, Webhook>();
  // Nobody is let go but when it is looked, whatever time he is given.
  const options = { connectionsCheckingInterval: patienceMs / LOOKS };
  const server = createServer(options, (request, response) => {
    bodyOf(request, (body) => {
      const { authorization = null, 'idempotency-key': key } = request.headers;
      const { method = '', url: path = '/' } = request;
      const call = { method, path, authorization, key: typeof key === 'string' ? key : null, body };
      send(
        response,
        receive(
          (at) => webhooks.get(at),
          call,
          () => webhooks.values(),
        ),
      );
    });
  });
  server.requestTimeout = patienceMs;
  server.headersTimeout = patienceMs;
  server.maxConnections = callers;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message;
      const message = `no webhook can be listened to at ${host}:${port}: ${why}`;
      const remedy = 'name another host or port in the scenario; port 0 takes any that is free';
      reject(new WorldError('port', message, remedy));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      // A caller that breaks off is none of our trouble.
      server.on('error', () => {});
      resolve({ server, webhooks });
    });
  });
}

/** The whole of it, or null as soon as it is too large; nothing where the caller breaks off. */
function bodyOf(request: IncomingMessage, done: (body: Uint8Array | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let isDone = false;
  const finish = (body: Uint8Array | null): void => {
    if (isDone) return;
    isDone = true;
    done(body);
  };
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= WEBHOOK_BODY_MAX) chunks.push(chunk);
    else if (size > PASSED_OVER_MAX) finish(null);
  });
  request.on('end', () => finish(size <= WEBHOOK_BODY_MAX ? Buffer.concat(chunks) : null));
  request.on('error', () => {});
}

function send(response: ServerResponse, { status, why, unheard }: WebhookAnswer): void {
  response.on('close', () => {
    if (!response.writableFinished) unheard?.();
  });
  // Of what was too large the rest may still be on its way.
  const ends = response.req.complete ? {} : { connection: 'close' };
  if (status === 204) response.writeHead(204, ends).end();
  else {
    const allow = status === 405 ? { allow: 'POST' } : {};
    const type = { 'content-type': 'application/json; charset=utf-8' };
    response.writeHead(status, { ...type, ...allow, ...ends });
    response.end(`${JSON.stringify({ error: why })}\n`);
  }
  if (!response.req.complete) response.on('finish', () => response.req.destroy());
}
