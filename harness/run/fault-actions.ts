/**
 * What faults may do, carried out: on links by the injector, on the target by its own means, on
 * devices by their shard.
 */
import { type FaultActions, type LinkInjector, type TapHands, type Undo, undoAll } from '#chaos';
import type { TargetTrouble } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { ShardControl } from './shard.ts';

export interface ActionPorts {
  links: LinkInjector;
  /** Absent where no fault of the plan acts on packets. */
  taps?: TapHands | undefined;
  target: {
    kill(): Promise<void>;
    start(): Promise<void>;
    /** Absent of one that nobody can give any trouble. */
    suffer?(fault: string, trouble: TargetTrouble | null): Promise<void>;
  };
  /** Absent where the target has no hands on pieces of its platform. */
  hands?: Hands;
  shards: readonly ShardControl[];
  ledger: LedgerWriter;
  /** Whether the target answers a fresh connection now. */
  targetAccepts(): Promise<boolean>;
}

export interface Hands {
  /** Tells `taking` before it touches anything; who fails before that has nothing to give back. */
  take(name: string, tell: (is: string) => void): Promise<void>;
  give(name: string, tell: (is: string) => void): Promise<void>;
}

export function faultActions(ports: ActionPorts): FaultActions {
  const { links, taps, target, shards, ledger } = ports;
  return {
    addToxics: (cohort, faultId, toxics) => links.addToxics(cohort, faultId, toxics),
    tap: (cohort, fault) =>
      taps?.act(cohort, fault) ?? Promise.reject(new Error('there is no tap')),
    disableLink: (cohort) => links.disable(cohort),
    killTarget: async () => {
      const start = undoAll([
        async () => {
          ledger.write('target', { is: 'started' });
          // Resolves only when it takes connections again.
          await target.start();
          ledger.write('target', { is: 'accepting' });
        },
      ]);
      // From here on it may have forgotten; that it died is told by who sees it refuse or close.
      ledger.write('target', { is: 'killed' });
      await orElse(target.kill(), start);
      if (!(await ports.targetAccepts())) ledger.write('target', { is: 'refusing' });
      return start;
    },
    trouble: async ({ id, inside }) => {
      if (target.suffer === undefined || inside === undefined) {
        throw new Error('nobody can do that to the target');
      }
      const relieve = undoAll([() => target.suffer?.(id, null) ?? Promise.resolve()]);
      await orElse(target.suffer(id, inside), relieve);
      return relieve;
    },
    useHand: async ({ id, params }) => {
      const { hands } = ports;
      const name = String(params.hand);
      if (hands === undefined) throw new Error('the target has no hands');
      let isTouched = false;
      const tell = (is: string): void => {
        if (is === 'taking') isTouched = true;
        ledger.write('hand', { is, fault: id });
      };
      // One whose proof did not hold beforehand took nothing, and its undo may do harm.
      const give = undoAll([async () => (isTouched ? hands.give(name, tell) : undefined)]);
      await orElse(hands.take(name, tell), give);
      return give;
    },
    cutPower: async (devices) => {
      const restore = undoAll(shards.map((shard) => () => shard.restorePower(devices)));
      await orElse(Promise.all(shards.map((shard) => shard.cutPower(devices))), restore);
      return restore;
    },
    strike: async ({ id }) => {
      const relieve = undoAll(shards.map((shard) => () => shard.relieve(id)));
      await orElse(Promise.all(shards.map((shard) => shard.strike(id))), relieve);
      return relieve;
    },
  };
}

/** One that is tied to a state acts on each device by itself, from now on and until its undo. */
export function armedIn(shards: readonly ShardControl[]): (fault: string) => Promise<Undo> {
  return async (fault) => {
    const disarm = undoAll(shards.map((shard) => () => shard.disarm(fault)));
    await orElse(Promise.all(shards.map((shard) => shard.arm(fault))), disarm);
    return disarm;
  };
}

/** What fails half-way is taken back before the failure is passed on. */
async function orElse(act: Promise<unknown>, undo: Undo): Promise<void> {
  try {
    await act;
  } catch (error) {
    await undo().catch(() => {});
    throw error;
  }
}
