/**
 * Observed children in virtual time: the same servers and the same client, without sockets. A
 * datagram arrives at once, later or not at all; one that was to be acknowledged and was lost is
 * sent again by its child after a while, once.
 */
import type { CoapBus, CoapOptions, Fate, Notice, Release } from '../lines/coap.ts';

/** ACK_TIMEOUT of RFC 7252, with nothing added by chance. */
const ACK_TIMEOUT_MS = 2000;
const CONTENT = 205;
const NOT_FOUND = 404;
const NOTHING = new Uint8Array();

interface Resource {
  payload: Uint8Array;
  /** Of the child: each registration is another one. Null where nobody observes it. */
  observer: object | null;
  /** Of the gateway: whom it tells. */
  told: ((notice: Notice) => void) | null;
}

interface Child {
  isHushed: boolean;
  code: number | null;
  resources: Resource[];
}

export class ModelledLine implements CoapBus {
  readonly #options: CoapOptions;
  readonly #later: (ms: number, action: () => void) => void;
  readonly #children = new Map<number, Child>();
  #isOver = false;

  constructor(options: CoapOptions, later: (ms: number, action: () => void) => void) {
    this.#options = options;
    this.#later = later;
  }

  boot(child: number): void {
    for (const resource of this.#of(child).resources) resource.observer = null;
  }

  put(child: number, resource: number, payload: Uint8Array): void {
    const known = this.#of(child).resources[resource];
    if (known !== undefined) known.payload = payload;
  }

  hush(child: number, isHushed: boolean): void {
    this.#of(child).isHushed = isHushed;
  }

  refuse(child: number, code: number | null): void {
    this.#of(child).code = code;
  }

  isObserved(child: number, resource: number): boolean {
    return (this.#of(child).resources[resource]?.observer ?? null) !== null;
  }

  notify(child: number, resource: number, fate: Fate): Release | null {
    const known = this.#of(child).resources[resource];
    const observer = known?.observer ?? null;
    if (known === undefined || observer === null) return null;
    const confirmable = this.#options.resourcesOf(child)[resource]?.confirmable === true;
    const { payload } = known;
    const seq = this.#options.seqOf(child);
    let isHeard = false;
    const arrive: Release = () => {
      // A child that went down takes what was under way with it; one that registered anew may hear.
      if (this.#isOver || known.observer === null) return;
      isHeard = true;
      if (known.told !== null) {
        known.told({ code: CONTENT, seq, payload, answers: false, confirmable });
      } else if (confirmable) known.observer = null;
    };
    if (confirmable && fate !== 'arrives') {
      this.#later(ACK_TIMEOUT_MS, () => {
        if (!isHeard && known.observer === observer) arrive();
      });
    }
    if (fate === 'held') return arrive;
    if (fate === 'arrives') arrive();
    return null;
  }

  dismiss(child: number, resource: number, code: number): void {
    const known = this.#of(child).resources[resource];
    if (known === undefined || known.observer === null) return;
    known.observer = null;
    known.told?.({ code, seq: null, payload: NOTHING, answers: false, confirmable: true });
  }

  observe(child: number, resource: number, told: (notice: Notice) => void): void {
    const { code, isHushed, resources } = this.#of(child);
    const known = resources[resource];
    if (known !== undefined) known.told = told;
    if (isHushed || this.#isOver) return;
    const answer = { payload: NOTHING, answers: true, confirmable: false };
    if (known === undefined) return told({ ...answer, code: NOT_FOUND, seq: null });
    if (code !== null) {
      known.observer = null;
      return told({ ...answer, code, seq: null });
    }
    known.observer = {};
    const seq = this.#options.seqOf(child);
    told({ ...answer, code: CONTENT, seq, payload: known.payload });
  }

  forget(child: number, resource: number): void {
    const known = this.#of(child).resources[resource];
    if (known !== undefined) known.told = null;
  }

  end(): void {
    for (const child of this.#children.keys()) this.boot(child);
    this.#isOver = true;
  }

  #of(child: number): Child {
    let known = this.#children.get(child);
    if (known === undefined) {
      const resources = this.#options
        .resourcesOf(child)
        .map(() => ({ payload: NOTHING, observer: null, told: null }));
      known = { isHushed: false, code: null, resources };
      this.#children.set(child, known);
    }
    return known;
  }
}
