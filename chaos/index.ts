// TEMPORARY scaffold, replaced by the chaos room's own door.
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
export { defineFault, type FaultHands, type FaultKind, type Undo, undoAll } from './fault.ts';
import type { Undo } from './fault.ts';
import type { FaultPlan, ToxicSpec } from '#kernel';
export const conflictsOf = (_: readonly FaultPlan[]): { second: string; message: string }[] => [];
export const schedule = (faults: readonly FaultPlan[]) => faults.flatMap((fault) => [{ at: fault.from, kind: 'inject' as const, fault }, { at: fault.to, kind: 'heal' as const, fault }]).sort((a, b) => a.at - b.at);
export interface LinkInjector { addToxics(c: number, id: string, t: readonly ToxicSpec[]): Promise<Undo>; disable(c: number): Promise<Undo>; close(): Promise<void> }
export class MemoryInjector implements LinkInjector {
  o: { accept(end: Duplex): boolean };
  constructor(o: { timers: unknown; seed: number; accept(end: Duplex): boolean }) { this.o = o; }
  async open(_: unknown): Promise<void> {}
  connect(_: number): Duplex { return this.direct(); }
  direct(): Duplex { const [a, b] = duplexPair(); if (!this.o.accept(b)) process.nextTick(() => a.destroy(new Error('refused'))); return a; }
  abandon(s: Duplex): void { s.pause(); }
  async addToxics(): Promise<Undo> { return async () => {}; }
  async disable(): Promise<Undo> { return async () => {}; }
  async close(): Promise<void> {}
}
export class ToxiproxyInjector extends MemoryInjector { constructor(_: string) { super({ timers: 0, seed: 0, accept: () => false }); } addressOf(_: number): { host: string; port: number; tls: null } | null { return null; } }
export const startProxyServer = async (_: unknown): Promise<{ url: string }> => ({ url: '' });
