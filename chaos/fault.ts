/**
 * What a fault is: a kind, what can be set, what must be seen for it to have happened, and how to
 * inject it such that there is always a way back. A fault is one file in faults/ with a default
 * export made by `defineFault`. `resolve` is pure and runs when the plan is made; `inject` runs
 * with actions and returns its undo.
 */
import {
  type BusTrouble,
  type FaultPlan,
  type FaultProof,
  type PacketTrouble,
  type Params,
  type ParamValues,
  type PartTrouble,
  stamp,
  type TargetTrouble,
  type ToxicSpec,
} from '#kernel';

/** Takes a fault back. Harmless when called twice; when it has failed, it may be called again. */
export type Undo = () => Promise<void>;

export interface FaultActions {
  /** A cohort's link: the toxiproxy client in the real gear, the in-memory link in sim. */
  addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo>;
  /** Has the tap of a cohort do to packets what the fault says. */
  tap(cohort: number, fault: FaultPlan): Promise<Undo>;
  /** Takes a cohort's link down: closes what is open and refuses what comes. */
  disableLink(cohort: number): Promise<Undo>;
  /** Kills the target without warning; the undo starts it again. */
  killTarget(): Promise<Undo>;
  /** Gives a target that lives on the trouble of a fault; the undo takes it off. */
  trouble(fault: FaultPlan): Promise<Undo>;
  /** Takes a piece of the platform away by the hand that the fault names. */
  useHand(fault: FaultPlan): Promise<Undo>;
  /** Cuts a device's power: it forgets everything and its connection is left half-open. */
  cutPower(devices: readonly number[]): Promise<Undo>;
  /** Lets the devices of a fault feel what it does on their bus, or to a part of them. */
  strike(fault: FaultPlan): Promise<Undo>;
}

export interface FaultEffect {
  toxics: ToxicSpec[];
  /** The link is taken down. */
  down: boolean;
  proof: FaultProof;
  /** Of one that acts on single packets of a link. */
  packets?: PacketTrouble;
  /** Of one that acts on a bus. */
  bus?: BusTrouble;
  /** Of one that acts on what a part of a device is made of. */
  part?: PartTrouble;
  /** Of one that acts inside the target. */
  inside?: TargetTrouble;
}

/** What is known when faults are drawn. */
export interface FaultDraw {
  seed: number;
  id: string;
  from: number;
  to: number;
  /** Whom it may strike, with what its model knows to go wrong. */
  devices: readonly { index: number; id: string; malfunctions: readonly string[] }[];
}

/** One that was drawn: of another kind, on one device, with values that are read already. */
export interface DrawnFault {
  device: number;
  kind: string;
  from: number;
  to: number;
  params: ParamValues;
}

export interface FaultKind {
  kind: string;
  summary: string;
  acts: 'link' | 'target' | 'device' | 'bus' | 'part' | 'inside' | 'behind';
  /**
   * Two of it at once on one link do what both do, and by how much tells them apart: delays add up.
   * Of any other kind the second would do what is done already, so the plan refuses two at once.
   */
  additive?: boolean;
  /**
   * How it is over where a scenario ties it to a state of its devices: with that state, or after
   * its time, since it takes a device out of the state itself. Left out: it acts on more than
   * single devices, and cannot be tied to what one of them does.
   */
  underState?: 'ends' | 'lasts';
  /** Parts that devices have so that they can feel it; a scenario needs not ask for these. */
  parts?: readonly string[];
  params: Params;
  resolve(params: ParamValues): FaultEffect;
  /** It stands for others, each on one device, which are drawn when the plan is made. */
  draw?(params: ParamValues, draw: FaultDraw): readonly DrawnFault[];
  inject(actions: FaultActions, fault: FaultPlan): Promise<Undo>;
}

export const defineFault = (fault: FaultKind): FaultKind => stamp('fault', fault);

/**
 * The undo of several things done, none of which needs another: all of them, begun last first and
 * not one after the other, so that a fault on thirty cohorts is over everywhere at once. Each is
 * tried even if another fails. Asked again, it tries again what failed, and nothing else.
 */
export function undoAll(undos: readonly Undo[]): Undo {
  const left = new Set([...undos].reverse());
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    const failures: Error[] = [];
    const attempt = async (undo: Undo): Promise<void> => {
      try {
        await undo();
        left.delete(undo);
      } catch (error) {
        failures.push(error as Error);
      }
    };
    await Promise.all([...left].map(attempt));
    if (failures.length === 0) return;
    const reasons = failures.map(({ message }) => message).join('; ');
    throw new AggregateError(failures, `not everything could be undone: ${reasons}`);
  };
  return () => {
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
}
