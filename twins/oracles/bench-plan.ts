/** The smallest plan that oracles and checkers can be tried with. */
import {
  type DevicePlan,
  type EntryPlan,
  fiveStreams,
  PLAIN,
  PLAN_SCHEMA,
  type Plan,
  type Rounds,
} from '#kernel';

export interface BenchPlan {
  devices: number;
  /** Scheduled per device, one a second from 0 s. */
  readings: number;
  keepsTelemetry?: boolean;
  durable?: boolean;
  session?: 'clean' | 'persistent';
  commands?: Rounds | null;
  backlogSafe?: boolean;
}

export function benchPlan(wish: BenchPlan): Plan {
  const end = wish.readings * 1000;
  return {
    schema: PLAN_SCHEMA,
    scenario: { name: 'test', about: '', sha256: '', tags: [], file: '' },
    seed: 1,
    gear: 'sim',
    drainRule: 1,
    quantumMs: 10,
    phases: [
      { name: 'warmup', from: 0, to: 0 },
      { name: 'steady', from: 0, to: end },
      { name: 'chaos', from: end, to: end },
      { name: 'settle', from: end, to: end },
      { name: 'drain', from: end, to: end + 1000 },
    ],
    target: targetOf(wish),
    entries: [{ ...ENTRY, session: wish.session ?? 'clean' }],
    firmware: null,
    devices: Array.from(
      { length: wish.devices },
      (_, index): DevicePlan => ({
        id: `things/${index}`,
        entry: 0,
        region: 'r',
        site: 's',
        lane: 0,
        cohort: 0,
        bootAt: 0,
        firstAt: 0,
        params: [],
        identity: {},
      }),
    ),
    cohorts: [],
    faults: [],
    workflows: [],
    streams: fiveStreams(wish.keepsTelemetry ?? true, wish.commands ?? null),
    ops: [],
    observers: {
      qos: 2,
      lanesPerSession: 1,
      backlogSafe: wish.backlogSafe ?? true,
      worstBacklog: 1,
    },
    gate: { at: 0, connectedShare: 0, deliveredShare: 0 },
    expect: [],
    stopWhen: [],
    report: [],
    bounds: { durationMs: 1, messages: 1, devices: 1 },
    plugins: [],
    notes: [],
    replay: '',
  };
}

function targetOf({ durable = true, keepsTelemetry = true }: BenchPlan): Plan['target'] {
  return {
    kind: 'embedded',
    name: 'test',
    params: {},
    broker: null,
    ours: true,
    elsewhere: null,
    killable: true,
    issuesAccounts: true,
    credentialsFile: null,
    clientId: null,
    topic: null,
    payload: null,
    dialect: 'native',
    codec: null,
    hands: null,
    guarantees: {
      ...PLAIN,
      durableSessions: durable,
      durableRetained: durable,
      durableTelemetry: durable,
      queueLimit: 1000,
      inflightLimit: 20,
      maxQos: 2,
      acknowledgesEarly: false,
      ordered: true,
      willOnTakeOver: durable ? 'all' : 'clean',
      mqtt: '3.1.1',
    },
    offers: ['telemetry'],
    keepsTelemetry,
    mutant: null,
  };
}

const ENTRY: EntryPlan = {
  id: 'things',
  model: 'thing',
  everyMs: 1000,
  qos: 1,
  session: 'clean',
  keepAliveS: 10,
  will: false,
  retainStatus: true,
  health: 'signal',
  network: null,
  buffer: { limit: 10, drop: 'oldest' },
  backoff: { baseMs: 500, capMs: 5000, jitter: 'full' },
  sleep: null,
  parts: [],
  streams: [0, 1],
  paramNames: [],
};
