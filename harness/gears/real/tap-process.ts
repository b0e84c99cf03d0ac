/**
 * The taps of a run as a process of their own: each byte of the tapped cohorts goes through it, and
 * neither the runner nor the fleet must wait for that. What it did is told to the runner, which
 * writes it down.
 */
import { processTimers, startTcpTap, TapBank, type TcpTap, type Undo } from '#chaos';
import { ControlClient } from '../../processes/control-client.ts';
import { watchStalls } from '../../processes/stall-watch.ts';
import { RunDirectory } from '../../record/run-directory.ts';
import { credentialsOf } from '../../targets/credentials.ts';

/** What it must know before anything else. */
export interface TapOrders {
  directory: string;
  run: string;
  secret: string;
  credentialsFile: string | null;
  /** `host:port` behind all taps. */
  upstream: string;
}

/** One fault begins on one cohort; `number` is what it is taken back by. */
export interface TapAct {
  number: number;
  cohort: number;
  fault: string;
}

const [socket = '', name = ''] = process.argv.slice(2);
const hops: TcpTap[] = [];
const undos = new Map<number, Undo>();
let bank: TapBank | null = null;
let faults: ReadonlyMap<string, Parameters<TapBank['act']>[1]> = new Map();

const control = new ControlClient(socket, name, {
  init,
  act: async ({ number, cohort, fault }: TapAct) => {
    const plan = faults.get(fault);
    if (bank === null || plan === undefined) throw new Error(`there is no fault ${fault}`);
    undos.set(number, await bank.act(cohort, plan));
  },
  cease: async (number: number) => {
    await undos.get(number)?.();
    undos.delete(number);
    bank?.account.flush();
  },
  end: async () => {
    bank?.account.flush();
    for (const hop of hops) hop.stop();
  },
});

process.stdin.resume();
process.stdin.on('close', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.exit(0));

/** Where each cohort's proxy is to lead. */
async function init(orders: TapOrders): Promise<[number, string][]> {
  const plan = new RunDirectory(orders.directory).readPlan();
  const { run, secret, credentialsFile, upstream } = orders;
  const { clientId } = credentialsOf(plan.target, run, secret, credentialsFile);
  const made = new TapBank(plan, {
    timers: processTimers(),
    clientIdOf: clientId,
    tell: (told) => control.tell('tapped', told),
  });
  bank = made;
  faults = new Map(plan.faults.map((fault) => [fault.id, fault]));
  watchStalls(
    (ms) => control.tell('stall', ms),
    (vitals) => control.tell('vitals', vitals),
  );
  const addresses: [number, string][] = [];
  for (const cohort of made.cohorts) {
    const tap = made.tapOf(cohort);
    if (tap === null) continue;
    const hop = await startTcpTap(`tap-${cohort}`, upstream, plan.seed, tap);
    hops.push(hop);
    addresses.push([cohort, hop.address]);
  }
  return addresses;
}
