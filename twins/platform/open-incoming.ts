/**
 * QoS 2 messages that clients have begun and not finished: their packet ids, by client. As long as
 * an id is here, a message under it is the same message again. A message passes through two hands,
 * `stage` (durable) and Aedes (published); until the second has it, the id is known as fresh.
 */
import type { ClientInside } from './aedes-inside.ts';
import type { Store } from './store.ts';

export class OpenIncoming {
  readonly #store: Store;
  /** Client → id → whether it is fresh. */
  readonly #byClient = new Map<string, Map<number, boolean>>();

  constructor(store: Store) {
    this.#store = store;
    for (const { client, messageId } of store.incoming()) this.#of(client).set(messageId, false);
  }

  count(client: string): number {
    return this.#byClient.get(client)?.size ?? 0;
  }

  has(client: string, messageId: number): boolean {
    return this.#byClient.get(client)?.has(messageId) === true;
  }

  isFresh(client: string, messageId: number): boolean {
    return this.#byClient.get(client)?.get(messageId) === true;
  }

  /** Runs inside a transaction. */
  begin(client: ClientInside, messageId: number): void {
    this.#of(client.id).set(messageId, true);
    if (!client.clean) this.#store.addIncoming(client.id, messageId);
  }

  /** Aedes has taken it over. */
  taken(client: string, messageId: number): void {
    this.#of(client).set(messageId, false);
  }

  /** Runs inside a transaction, unless the session is clean. */
  finish(client: ClientInside, messageId: number): void {
    this.#byClient.get(client.id)?.delete(messageId);
    if (!client.clean) this.#store.removeIncoming(client.id, messageId);
  }

  /** Of the file, `Sessions.forget` takes care. */
  forget(client: string): void {
    this.#byClient.delete(client);
  }

  #of(client: string): Map<number, boolean> {
    let open = this.#byClient.get(client);
    if (open === undefined) {
      open = new Map();
      this.#byClient.set(client, open);
    }
    return open;
  }
}
