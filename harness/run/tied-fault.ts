/**
 * A fault that is tied to a state, on one device: it begins and ends by what the device does, at
 * that moment and in its own shard, so that both gears decide alike and no message comes late. Each
 * begin is written down before anything is done, each end once everything is taken back; and it
 * never begins again before that.
 */
import type { FaultActions, FaultKind, Undo } from '#chaos';
import { assert, type Cancel, type FaultPlan, type StateTie } from '#kernel';
import type { Wheel } from '../fleet/pacing.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { FaultGrip } from './fault-grip.ts';

export interface TiePorts {
  ledger: Pick<LedgerWriter, 'write'>;
  wheel: Pick<Wheel, 'after'>;
  actions: FaultActions;
  now(): number;
}

interface Acting {
  n: number;
  grip: FaultGrip;
  /** Settled when its injection is over. */
  injected: Promise<Undo | null>;
  /** Its time is not over any more. */
  cancel: Cancel;
  ending: Promise<void> | null;
}

export class TiedFault {
  readonly #ports: TiePorts;
  readonly #kind: FaultKind;
  /** Narrowed to the device. */
  readonly #fault: FaultPlan;
  readonly #tie: StateTie;
  readonly #device: number;
  #isArmed = false;
  #isIn = false;
  /** It is in the state, and was not struck in this visit. */
  #isFresh = false;
  /** How often it has entered the state since the fault may act. */
  #entries = 0;
  #times = 0;
  #acting: Acting | null = null;

  constructor(ports: TiePorts, kind: FaultKind, fault: FaultPlan, device: number) {
    assert(fault.tie !== undefined, `${fault.id} is tied to a state`);
    this.#ports = ports;
    this.#kind = kind;
    this.#tie = fault.tie;
    this.#fault = fault;
    this.#device = device;
  }

  /** From now on it may act; at once, where its device is in the state. */
  arm(): void {
    this.#isArmed = true;
    this.#entries = 0;
    this.#consider();
  }

  /** It may act no more. Tried again, it takes back what could not be taken back before. */
  async disarm(): Promise<void> {
    this.#isArmed = false;
    await this.#end();
  }

  /** The device enters a state of the region. */
  entered(state: string): void {
    this.#isIn = state === this.#tie.state;
    this.#isFresh = this.#isIn;
    if (!this.#isIn) {
      if (this.#tie.ends) this.#endAlone();
      return;
    }
    this.#entries++;
    this.#consider();
  }

  #consider(): void {
    const { nth } = this.#tie;
    if (!this.#isArmed || !this.#isFresh || this.#acting !== null) return;
    // It is about to be over for all.
    if (this.#ports.now() >= this.#fault.to) return;
    if (nth === undefined || nth === this.#entries) this.#begin();
  }

  #begin(): void {
    const { actions, ledger, wheel } = this.#ports;
    const { id } = this.#fault;
    const { promise, resolve } = Promise.withResolvers<Undo | null>();
    this.#isFresh = false;
    const n = this.#times++;
    ledger.write('struck', { device: this.#device, n, fault: id });
    const grip = new FaultGrip(actions);
    const cancel = wheel.after(this.#tie.forMs, () => this.#endAlone());
    // Known before anything is done: the device may leave the state by it, at once.
    this.#acting = { n, grip, injected: promise, cancel, ending: null };
    resolve(this.#inject(grip));
  }

  /** One that cannot be injected keeps its window: nothing will be seen in it. */
  async #inject(grip: FaultGrip): Promise<Undo | null> {
    try {
      return await this.#kind.inject(grip, this.#fault);
    } catch (error) {
      // One that is over before it began has nothing to say.
      if (this.#acting?.ending == null) this.#note('injected', error as Error);
      return null;
    }
  }

  /** Nobody waits for it; what it could not do stands in the ledger, and is tried again. */
  #endAlone(): void {
    this.#end().catch(() => {});
  }

  #end(): Promise<void> {
    const acting = this.#acting;
    if (acting === null) return Promise.resolve();
    acting.cancel();
    acting.ending ??= this.#takeBack(acting).finally(() => {
      acting.ending = null;
    });
    return acting.ending;
  }

  /** The fault's own undo and the grip's at one time: neither waits for the other to fail. */
  async #takeBack({ n, grip, injected }: Acting): Promise<void> {
    const own = async (): Promise<void> => (await injected)?.();
    const outcomes = await Promise.allSettled([own(), grip.release()]);
    const failed = outcomes.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      this.#note('taken back', failed.reason as Error);
      throw failed.reason;
    }
    this.#acting = null;
    this.#ports.ledger.write('relieved', { device: this.#device, n, fault: this.#fault.id });
    // It may be back in the state already.
    this.#consider();
  }

  #note(what: string, { message }: Error): void {
    const text = `${this.#fault.id} could not be ${what} on device ${this.#device}: ${message}`;
    this.#ports.ledger.write('note', { text });
  }
}
