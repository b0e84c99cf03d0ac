/**
 * What stands on the links of a run, as a process of its own: each byte of those cohorts goes
 * through it, and neither the runner nor the fleet must wait for that. What its taps did is told to
 * the runner, which writes it down.
 */
import { type StandingHop, StandingLinks, standingLinks, startHop, type Undo } from '#chaos';
import { ControlClient } from '../../processes/control-client.ts';
import { watchStalls } from '../../processes/stall-watch.ts';
import { monotonicMs, RunClock } from '../../record/run-clock.ts';
import { RunDirectory } from '../../record/run-directory.ts';
import { credentialsOf } from '../../targets/credentials.ts';

/** What it must know before anything else. */
export interface HopOrders {
  directory: string;
  run: string;
  secret: string;
  credentialsFile: string | null;
  /** `host:port` behind its hops: of the first connections, and of each channel. */
  upstream: string;
  channels: [string, string][];
}

/** A hop that is there. */
export interface HopAddress {
  cohort: number;
  channel: string | null;
  address: string;
}

/** One fault begins on one cohort; `number` is what it is taken back by. */
export interface HopAct {
  number: number;
  cohort: number;
  fault: string;
}

const [socket = '', name = ''] = process.argv.slice(2);
const clock = new RunClock(monotonicMs);
const hops: StandingHop[] = [];
const undos = new Map<number, Undo>();
let standing: StandingLinks | null = null;
let faults: ReadonlyMap<string, Parameters<StandingLinks['act']>[1]> = new Map();

const control = new ControlClient(socket, name, {
  init,
  start: async (origin: number) => clock.start(origin),
  act: async ({ number, cohort, fault }: HopAct) => {
    const plan = faults.get(fault);
    if (standing === null || plan === undefined) throw new Error(`there is no fault ${fault}`);
    undos.set(number, await standing.act(cohort, plan));
  },
  cease: async (number: number) => {
    await undos.get(number)?.();
    undos.delete(number);
    standing?.account.flush();
  },
  end: async () => {
    standing?.account.flush();
    for (const hop of hops) hop.stop();
  },
});

process.stdin.resume();
process.stdin.on('close', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.exit(0));

/** Where the proxies are to lead. */
async function init(orders: HopOrders): Promise<HopAddress[]> {
  const plan = new RunDirectory(orders.directory).readPlan();
  const { run, secret, credentialsFile, upstream } = orders;
  const { clientId } = credentialsOf(plan.target, run, secret, credentialsFile);
  const made = new StandingLinks(plan, {
    timers: clock,
    clientIdOf: clientId,
    tell: (told) => control.tell('tapped', told),
  });
  standing = made;
  faults = new Map(plan.faults.map((fault) => [fault.id, fault]));
  watchStalls(
    (ms) => control.tell('stall', ms),
    (vitals) => control.tell('vitals', vitals),
  );
  const channels = new Map(orders.channels);
  const addresses: HopAddress[] = [];
  for (const { cohort, channel } of standingLinks(plan)) {
    const stand = made.on(cohort, channel);
    if (stand === null) continue;
    const to = channel === null ? upstream : (channels.get(channel) ?? upstream);
    const hop = await startHop(`hop-${cohort}-${channel ?? ''}`, to, clock, stand);
    hops.push(hop);
    addresses.push({ cohort, channel, address: hop.address });
  }
  return addresses;
}
