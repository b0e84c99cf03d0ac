/**
 * How much of this machine a run in the real gear needs. Three moments may be the worst: the fleet
 * comes up, it lives, and it comes back after a fault, with what it kept meanwhile. What a message
 * and a connection cost is measured on the machine; the rest is arithmetic, and an estimate.
 */
import type { Calibration } from '#harness';
import type { FaultPlan, Plan } from '#kernel';

/** What happens by the second at the worst moment, and which that is. */
export interface Load {
  messages: number;
  connects: number;
  when: string;
}

export interface LoadEstimate extends Load {
  /** Cores that it would keep busy. */
  cores: number;
  isTooMuch: boolean;
  /** So many devices of the same kind would fit. */
  fits: number;
}

/**
 * Physics, agents, ledger and commits with little in them: a run of 800 devices took 200 µs for a
 * message where the calibration said 100, and for a connection no more than that.
 */
const MESSAGE_FACTOR = 2;
/** More of the cores than this, and our own processes stand still now and then. */
const USABLE = 0.8;

export function estimateOf(
  loads: readonly Load[],
  devices: number,
  cores: number,
  { messageUs, connectUs }: Calibration,
): LoadEstimate {
  const needs = ({ messages, connects }: Load): number =>
    (messages * messageUs * MESSAGE_FACTOR + connects * connectUs) / 1e6;
  const worst = loads.reduce((a, b) => (needs(b) > needs(a) ? b : a));
  const needed = needs(worst);
  const fits = Math.floor((devices * cores * USABLE) / Math.max(needed, 1e-9));
  return { ...worst, cores: needed, isTooMuch: needed > cores * USABLE, fits };
}

/** Whether a fault keeps devices away, so that they come back when it is over. */
export type KeepsAway = (fault: FaultPlan) => boolean;

export function loadsOf(plan: Plan, keepsAway: KeepsAway): Load[] {
  const { devices, entries, phases, faults, bounds } = plan;
  const sampled = (phases.find(({ name }) => name === 'drain')?.from ?? 1) / 1000;
  const live = bounds.messages / Math.max(1, sampled);
  const perDevice = live / Math.max(1, devices.length);
  const warmup = phases.find(({ name }) => name === 'warmup');
  const joining = ((warmup?.to ?? 0) - (warmup?.from ?? 0)) / 1000;
  return [
    { messages: live, connects: 0, when: 'while the fleet lives' },
    {
      messages: live,
      connects: devices.length / Math.max(1, joining),
      when: 'while the fleet comes up',
    },
    ...faults.filter(keepsAway).map((fault): Load => {
      const capOf = (device: number): number =>
        entries[devices[device]?.entry ?? -1]?.backoff.capMs ?? 1000;
      // Not as arguments of one call: of a large fleet these are too many.
      const within = fault.devices.reduce((most, one) => Math.max(most, capOf(one) / 1000), 1);
      const awayMs = fault.tie?.forMs ?? fault.to - fault.from;
      const kept = perDevice * fault.devices.length * (awayMs / 1000);
      return {
        messages: live + kept / within,
        connects: fault.devices.length / within,
        when: `when it comes back after ${fault.id}`,
      };
    }),
  ];
}

/** Of a fleet that nobody has planned yet: a reading every 2 s, and once all are away for 3 s. */
export function usualLoads(devices: number): Load[] {
  const live = devices / 2;
  const within = 4;
  return [
    {
      messages: live + (live * 3) / within,
      connects: devices / within,
      when: 'when all come back at once',
    },
  ];
}

export function estimateLines(
  { cores: needed, isTooMuch, fits, messages, connects, when }: LoadEstimate,
  cores: number,
  { messageUs, connectUs }: Calibration,
): string[] {
  const verdict = isTooMuch ? `too much; ${rounded(fits)} devices would fit` : 'it fits';
  const [message, connection] = [messageUs, connectUs].map((us) => `${us.toFixed(0)} µs`);
  const rates = `${rounded(messages)} messages and ${rounded(connects)} connections a second`;
  return [
    `needs about ${needed.toFixed(1)} of ${cores} cores ${when}: ${verdict}`,
    `that is ${rates}; here a message through the twin took ${message}, a connection ${connection}`,
  ];
}

/** Two digits are all that an estimate is worth. */
export function rounded(count: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.floor(count / scale) * scale;
}
