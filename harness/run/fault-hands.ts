/**
 * The hands by which faults act: links by the injector, the target by its own means, devices by
 * their shard.
 */
import { type FaultHands, type LinkInjector, undoAll } from '#chaos';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { ShardControl } from './shard.ts';

export interface HandPorts {
  links: LinkInjector;
  target: { kill(): Promise<void>; start(): Promise<void> };
  shards: readonly ShardControl[];
  ledger: LedgerWriter;
  /** Whether the target answers a fresh connection now. */
  targetAccepts(): Promise<boolean>;
}

export function faultHands(ports: HandPorts): FaultHands {
  const { links, target, shards, ledger } = ports;
  return {
    addToxics: (cohort, faultId, toxics) => links.addToxics(cohort, faultId, toxics),
    disableLink: (cohort) => links.disable(cohort),
    killTarget: async () => {
      ledger.write('target', { is: 'killed' });
      await target.kill();
      if (!(await ports.targetAccepts())) ledger.write('target', { is: 'refusing' });
      return undoAll([
        async () => {
          ledger.write('target', { is: 'started' });
          // Resolves only when it takes connections again.
          await target.start();
          ledger.write('target', { is: 'accepting' });
        },
      ]);
    },
    cutPower: async (devices) => {
      await Promise.all(shards.map((shard) => shard.cutPower(devices)));
      return undoAll([
        async () => {
          await Promise.all(shards.map((shard) => shard.restorePower(devices)));
        },
      ]);
    },
  };
}
