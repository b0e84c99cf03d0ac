/**
 * A shard as a process of its own. It dials the runner, is told what it is, and then only obeys;
 * when its standard input closes, the warden is gone and so is the run.
 */
import { faultFamily } from '#chaos';
import { modelFamily, partFamily } from '#devices';
import {
  assert,
  type Catalog,
  mutantFamily,
  opTable,
  type Plan,
  strayed,
  WorldError,
} from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { codecFamily } from '../../dialects/codec-family.ts';
import { dialectOf } from '../../dialects/dialect-choice.ts';
import { dialectFamily } from '../../dialects/dialect-family.ts';
import { protocolFamily } from '../../fleet/protocol-family.ts';
import { ControlClient } from '../../processes/control-client.ts';
import { watchStalls } from '../../processes/stall-watch.ts';
import { LedgerWriter } from '../../record/ledger-writer.ts';
import { monotonicMs, RunClock } from '../../record/run-clock.ts';
import { RunDirectory } from '../../record/run-directory.ts';
import { firmwareOf } from '../../run/firmware.ts';
import { Shard } from '../../run/shard.ts';
import { credentialsOf } from '../../targets/credentials.ts';
import { withPresence } from '../../targets/http-presence.ts';
import { keeperOf, type StoreAccess } from '../../targets/store.ts';
import { storeFamily } from '../../targets/store-family.ts';
import { targetFamily } from '../../targets/target-family.ts';
import { keptReadBound } from '../../watch/kept-read.ts';
import { NO_PORTS, type TargetPorts } from '../../watch/target-ports.ts';
import { fieldBusesFor } from '../../wire/field-buses.ts';
import { HttpWebhooks } from '../../wire/http-webhooks.ts';
import { type Address, TcpLinks } from '../../wire/tcp-links.ts';
import { workflowFamily } from '../../workflows/workflow-family.ts';
import { FarHands, type HandAnswer } from './far-hands.ts';

/** What a shard must know before anything else. */
export interface ShardOrders {
  directory: string;
  number: number;
  planSha256: string;
  lanes: number[];
  run: string;
  secret: string;
  target: Address;
  /** Where it is watched. */
  observe: Address;
  /** What the target's kind needs to open its ports; null where it has none. */
  access: unknown;
  /** What opens the store of the plan; null where there is none. */
  store: StoreAccess | null;
  /** What opens the presence of the plan; null where there is none. */
  presence: StoreAccess | null;
  cohorts: [number, Address][];
  /** Of each channel: where it leads, and its proxies. */
  channels: [string, Address, [number, Address][]][];
  plugins: string[];
  /** User names and passwords of a foreign target, by device. */
  credentialsFile: string | null;
}

/** What a shard needs of the catalog. */
const FAMILIES = [
  modelFamily,
  faultFamily,
  partFamily,
  protocolFamily,
  workflowFamily,
  dialectFamily,
  codecFamily,
  targetFamily,
  storeFamily,
] as const;
const STATS_EVERY_MS = 250;

const [socket = '', name = ''] = process.argv.slice(2);
const clock = new RunClock(monotonicMs);
let shard: Shard | null = null;
let links: TcpLinks | null = null;
let unwatch: () => void = () => {};

const control = new ControlClient(socket, name, {
  init,
  prepare: () => theShard().prepare().catch(fail),
  start: async ({ origin }: { origin: number }) => {
    clock.start(origin);
    await theShard().start();
  },
  cutPower: (devices: number[]) => theShard().cutPower(devices),
  restorePower: (devices: number[]) => theShard().restorePower(devices),
  strike: (fault: string) => theShard().strike(fault),
  relieve: (fault: string) => theShard().relieve(fault),
  handed: async (answer: HandAnswer) => hands.answered(answer),
  arm: (fault: string) => theShard().arm(fault),
  disarm: (fault: string) => theShard().disarm(fault),
  stopSampling: () => theShard().stopSampling(),
  accountSamples: (untilMs: number) => theShard().accountSamples(untilMs),
  finalRead: () => theShard().finalRead(),
  end: async () => {
    await theShard().end();
    // What is counted once and for all must not be a moment old.
    control.tell('stats', theShard().stats());
    links?.close();
    unwatch();
  },
});

const hands = new FarHands((order) => control.tell('hand', order));

process.stdin.resume();
process.stdin.on('close', () => process.exit(0));
// A reason that only lay in a log would never be read, and on a full disk there is no log.
process.on('uncaughtException', (error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  tellFailure(strayed(error));
  process.exit(1);
});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => process.exit(0));

function tellFailure(error: unknown): void {
  if (!(error instanceof WorldError)) return;
  const { code, message, remedy } = error;
  control.tell('failure', { code, message, remedy });
}

/** An answer carries a sentence only: what the world did is told whole before. */
function fail(error: Error): never {
  tellFailure(error);
  throw error;
}

async function init(orders: ShardOrders): Promise<void> {
  const directory = new RunDirectory(orders.directory);
  const lanes = new Set(orders.lanes);
  // Where topics tell no lane, the whole fleet comes by and must be known.
  const catalog = await loadCatalog(FAMILIES, orders.plugins);
  let fansIn: boolean | null = null;
  const plan = directory.readPlanFor((device, { target, streams }) => {
    fansIn ??= dialectOf(target, orders.run, catalog, { streams }).fansIn;
    return fansIn || lanes.has(device.lane);
  });
  const firmware =
    plan.firmware === null
      ? null
      : firmwareOf(plan, await loadCatalog([mutantFamily], orders.plugins));
  const channels = orders.channels.map(([name, target, cohorts]) => {
    return [name, { target, cohorts: new Map(cohorts) }] as const;
  });
  const { target, observe, cohorts } = orders;
  links = new TcpLinks(target, new Map(cohorts), new Map(channels), observe);
  const segment = `shard-${orders.number}`;
  const ledger = new LedgerWriter(
    directory.segment(segment),
    {
      schema: 'twinstorm.ledger/1',
      segment,
      planSha256: orders.planSha256,
      lanes: orders.lanes,
    },
    clock,
    opTable(plan.ops),
  );
  shard = new Shard({
    plan,
    run: orders.run,
    number: orders.number,
    lanes: orders.lanes,
    clock,
    ledger,
    links,
    credentials: credentialsOf(plan.target, orders.run, orders.secret, orders.credentialsFile),
    dialect: dialectOf(plan.target, orders.run, catalog, plan),
    models: catalog.of(modelFamily),
    ...{ parts: catalog.of(partFamily), protocols: catalog.of(protocolFamily) },
    workflows: catalog.of(workflowFamily),
    faults: catalog.of(faultFamily),
    linkHands: hands,
    firmware,
    fieldBus: await fieldBusesFor(plan).catch(fail),
    ...{ target: portsOf(catalog, plan, orders), keeper: keeperFor(catalog, plan, orders) },
    ...{ webhooks: new HttpWebhooks(), say: (text) => control.tell('say', text) },
  });
  // The garbage of building a fleet goes before the clock runs, not in the middle of it.
  globalThis.gc?.();
  setInterval(() => control.tell('stats', theShard().stats()), STATS_EVERY_MS).unref();
  setInterval(() => ledger.flush(), 1000).unref();
  unwatch = watchStalls(
    (ms) => control.tell('stall', { ms, t: clock.now() }),
    (vitals) => control.tell('vitals', vitals),
  );
}

/** Asked of each device, it is asked of those of this shard. */
function presenceAccess(plan: Plan, { lanes, presence, run }: ShardOrders) {
  assert(presence !== null, 'a plan with presence has what opens it');
  const devices = plan.devices.flatMap(({ id, lane }) => (lanes.includes(lane) ? [id] : []));
  return { ...presence, run, devices, timers: clock, boundMs: keptReadBound(plan) };
}

function keeperFor(catalog: Catalog, { target }: Plan, { run, store: access }: ShardOrders) {
  const { store } = target;
  const kind = catalog.of(storeFamily).get(store?.kind ?? '');
  if (store === undefined || access === null || kind === undefined) return null;
  return keeperOf({ kind, store, access, run, now: () => clock.now() });
}

function portsOf(catalog: Catalog, plan: Plan, orders: ShardOrders): TargetPorts {
  const { kind, presence } = plan.target;
  const { access } = orders;
  const own = access === null ? null : catalog.of(targetFamily).get(kind)?.ports?.(access);
  return withPresence(own ?? NO_PORTS, presence, () => presenceAccess(plan, orders));
}

function theShard(): Shard {
  if (shard === null) throw new Error('broken invariant: a shard is used before init');
  return shard;
}
