/**
 * What this machine can carry, worked out before a run instead of found out in the middle:
 * descriptors, ports, memory and processor time, and which real components are there.
 */
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import {
  BRING_TOXIPROXY,
  brokerFamily,
  type Calibration,
  findBinary,
  loadCatalog,
  toxiproxyBinary,
} from '#harness';
import { SHARDS_MAX } from '../processes/shard-count.ts';
import type { Host } from './host.ts';
import { estimateOf, rounded, usualLoads } from './load-estimate.ts';

export interface Capacity {
  rows: { name: string; found: string; means: string }[];
  devices: number;
  boundBy: string;
  remedy: string;
}

/**
 * Simulator, kernel and target together. An idle device over a plain broker took 23 KiB of the
 * whole machine (bench/large-fleet.ts); messages under way and a target that stores come on top.
 */
const KIB_PER_DEVICE = 40;
/** A process keeps this many descriptors for itself. */
const SPARE_DESCRIPTORS = 500;
/** Elsewhere than on Linux only 127.0.0.1 is there from the start. */
const SOURCES = platform() === 'linux' ? 200 : 1;

/** `machine`: what was measured on it a moment ago; null where nobody wanted to wait. */
export async function carryingCapacity(host: Host, machine: Calibration | null): Promise<Capacity> {
  const files = openFileLimit();
  const ports = portRange();
  const perProcess = Math.max(0, files - SPARE_DESCRIPTORS);
  const byBroker = perProcess;
  const byShards = perProcess * SHARDS_MAX;
  const byPorts = ports * SOURCES;
  const byMemory = Math.floor((host.freeMiB() * 0.8 * 1024) / KIB_PER_DEVICE);
  const bounds: [string, number, string][] = [
    [
      'open files of one target process',
      byBroker,
      'raise `ulimit -n` (hard limit) for the target, or spread over several targets',
    ],
    ['open files of the shards', byShards, 'raise `ulimit -n`'],
    ['local ports', byPorts, 'widen net.ipv4.ip_local_port_range'],
    ['free memory', byMemory, 'free some memory or use a larger machine'],
    ...processorBound(host, machine),
  ];
  const tightest = bounds.reduce((a, b) => (b[1] < a[1] ? b : a));
  return {
    rows: [
      {
        name: 'cores',
        found: String(host.cores),
        means: `${Math.min(2, host.cores)} shards by default`,
      },
      {
        name: 'memory free',
        found: `${host.freeMiB()} MiB`,
        means: `about ${byMemory} devices at ${KIB_PER_DEVICE} KiB each, target included`,
      },
      {
        name: 'open files',
        found: String(files),
        means: `${perProcess} sessions per process, ${Math.floor(perProcess / 2)} through one proxy`,
      },
      {
        name: 'local ports',
        found: String(ports),
        means: `per source address; ${SOURCES} of the loopback's are used`,
      },
      ...processorRows(machine),
      { name: 'node', found: host.node, means: host.platform },
    ],
    devices: rounded(tightest[1]),
    boundBy: tightest[0],
    remedy: tightest[2],
  };
}

/** Of a usual fleet; what a plan needs is told by `plan`. */
function processorBound(host: Host, machine: Calibration | null): [string, number, string][] {
  if (machine === null) return [];
  const { fits } = estimateOf(usualLoads(1000), 1000, host.cores, machine);
  const remedy = 'sample less often, spread reconnects (backoff), or use more cores';
  return [['processor time, at a reading every 2 s', fits, remedy]];
}

const processorRows = (machine: Calibration | null): Capacity['rows'] =>
  machine === null
    ? []
    : [
        {
          name: 'a message',
          found: `${machine.messageUs.toFixed(0)} µs`,
          means: `of processor time, from a device to an observer (${machine.messages} measured)`,
        },
        {
          name: 'a connection',
          found: `${machine.connectUs.toFixed(0)} µs`,
          means: `of processor time, when it is opened (${machine.connects} measured)`,
        },
      ];

/** Only what this version uses in the tests of this repository. */
const OF_TESTS: readonly [name: string, bring: string][] = [
  ['mosquitto_sub', 'apt-get install mosquitto-clients'],
  ['xmllint', 'for the tests: apt-get install libxml2-utils'],
  ['swupdate', 'for the tests: apt-get install swupdate'],
];

/** What a scenario may ask for beside a target. */
const OF_LOAD: readonly [name: string, bring: string][] = [
  ['k6', 'for load: go install go.k6.io/k6@v1.8.1'],
];

/** What links may run through, the brokers that can be started, what load and the tests need. */
export async function realComponents(
  host: Host,
): Promise<{ name: string; path: string | null; bring: string }[]> {
  const catalog = await loadCatalog([brokerFamily]);
  const targets = [...catalog.of(brokerFamily).values()].flatMap(
    ({ binaries, recipe }): [string, string][] =>
      recipe === undefined ? [] : binaries.slice(0, 1).map((name) => [name, recipe.bring]),
  );
  const links = {
    name: 'toxiproxy-server',
    bring: `for proxy: toxiproxy: ${BRING_TOXIPROXY}`,
    path: toxiproxyBinary(host.env),
  };
  const others = [...targets, ...OF_LOAD, ...OF_TESTS].map(([name, bring]) => ({
    name,
    bring,
    path: findBinary(name, host.env.PATH ?? ''),
  }));
  return [links, ...others];
}

/** Soft limit of this process; children inherit it. */
export function openFileLimit(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return Number(line?.[1] ?? OPEN_FILES);
  } catch {
    return reportedFileLimit();
  }
}

/** Where there is no /proc, as on macOS, Node's own report says it, without looking at networks. */
export function reportedFileLimit(): number {
  const report: typeof process.report & { excludeNetwork?: boolean } = process.report;
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as { userLimits?: UserLimits };
  return Number(userLimits?.open_files?.soft) || OPEN_FILES;
}

interface UserLimits {
  open_files?: { soft: number | string };
}

const OPEN_FILES = 1024;

function portRange(): number {
  try {
    const [low = 32_768, high = 60_999] = readFileSync(
      '/proc/sys/net/ipv4/ip_local_port_range',
      'utf8',
    )
      .trim()
      .split(/\s+/)
      .map(Number);
    return high - low + 1;
  } catch {
    return 28_000;
  }
}
