/**
 * A battery as a ledger of charge: sleeping costs all the time, each message costs its sending and
 * its listening. The sum of the entries is what is missing from the cell, to the coulomb.
 */

export interface BatteryUse {
  sleepUa: number;
  txMa: number;
  txMs: number;
  rxMa: number;
  rxMs: number;
  /** Time between messages. */
  everyMs: number;
}

/** Charge in coulombs, by what took it. */
export interface ChargeLedger {
  sleepC: number;
  txC: number;
  rxC: number;
}

export const coulombsOf = (mah: number): number => mah * 3.6;

/** What has been taken by scenario time `t`: time asleep, and every message sent until then. */
export function chargeTaken(use: BatteryUse, t: number): ChargeLedger {
  const messages = Math.floor(t / use.everyMs);
  return {
    sleepC: (use.sleepUa * t) / 1e9,
    txC: (messages * use.txMa * use.txMs) / 1e6,
    rxC: (messages * use.rxMa * use.rxMs) / 1e6,
  };
}

export const totalOf = (ledger: ChargeLedger): number => ledger.sleepC + ledger.txC + ledger.rxC;

/** The mean current, microamperes. */
export const meanCurrentUa = (use: BatteryUse): number =>
  use.sleepUa + ((use.txMa * use.txMs + use.rxMa * use.rxMs) / use.everyMs) * 1000;

/** How long a charge lasts at a mean current; Infinity when nothing is drawn. */
export const lifetimeMs = (chargeC: number, currentUa: number): number =>
  currentUa > 0 ? (chargeC / currentUa) * 1e9 : Number.POSITIVE_INFINITY;
