/**
 * The life of every device as it told it: power, attempts, connections and how each ended.
 * Sessions, wills, presence and recovery are all judged against this truth, never against what the
 * target believes.
 */
import {
  carrierOf,
  isCarried,
  type LedgerEntry,
  type LedgerEntryOf,
  type Plan,
  SESSION_FOR_EVER,
} from '#kernel';
import { isPlannedEnd, SILENCE } from './endings.ts';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    connections: ConnectionOracle;
  }
}

export default defineOracle({
  kind: 'connections',
  summary: 'power, attempts, connections and subscriptions of every device, as it told them',
  scope: 'lane',
  start: ({ plan }) => new ConnectionOracle(plan),
});

/** Of what comes down to the device: a QoS, or SUBSCRIPTION_REFUSED. */
export interface Grant {
  t: number;
  granted: number;
}

export interface Connection {
  /** Which attempt of the device's life it was, from 0: the number of its will. */
  attempt: number;
  from: number;
  /** Infinity while it stands. */
  to: number;
  /** What CONNACK said of the session. */
  present: boolean;
  /** What SUBACK granted, in order; a session that was kept brings its last one along. */
  grants: Grant[];
  /** Why it ended; empty while it stands. */
  end: string;
  /**
   * It ended with a goodbye: the device went to sleep, restarted on purpose or was told to stop.
   */
  planned: boolean;
  /** And that goodbye met a connection that the target had closed. */
  isUnheard: boolean;
  /** The device lost power or restarted since the connection before, so it came back clean. */
  afterRestart: boolean;
  /** When the device tried again; Infinity when it never did. */
  nextAttemptAt: number;
  /** What the CONNACK of MQTT 5 set; left out in 3.1.1. */
  agreed?: Agreed;
}

export interface Agreed {
  /** How long the session is kept; Infinity for ever. */
  sessionS: number;
  keepAliveS: number;
}

export interface DeviceLife {
  attempts: number;
  /** Hash of the will that each attempt armed, 0 for none. */
  wills: number[];
  connections: Connection[];
  /** Boot epochs with their instants, in order. */
  boots: { t: number; epoch: number }[];
  /** Losses of power, in order. */
  offs: { t: number; cause: string }[];
  /** Only of those that are carried: when they slept or were reset, and took nothing in. */
  absences?: Absence[];
}

export interface Absence {
  from: number;
  /** Infinity while it lasts. */
  to: number;
  /** The region of its statechart that says so, and ends it as well. */
  region: string;
}

/** States in which a device has power and takes nothing in. */
const ABSENT: readonly string[] = ['power.resetting', 'connection.sleeping'];

export class ConnectionOracle {
  readonly #lives = new Map<number, DeviceLife>();
  readonly #restarted = new Set<number>();
  /** Told ahead of the connection that it is of. */
  readonly #agreed = new Map<number, Agreed>();
  readonly #plan: Pick<Plan, 'devices'>;

  constructor(plan: Pick<Plan, 'devices'>) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    switch (entry.op) {
      case 'connect':
        this.#connect(entry);
        break;
      case 'agreed': {
        const { device, keepAlive: keepAliveS, session } = entry;
        const sessionS = session === SESSION_FOR_EVER ? Number.POSITIVE_INFINITY : session;
        this.#agreed.set(device, { sessionS, keepAliveS });
        break;
      }
      case 'online':
        this.#online(entry);
        break;
      case 'offline':
        this.#ended(this.of(entry.device), entry.t, entry.why);
        break;
      case 'unheard': {
        const last = this.of(entry.device).connections.at(-1);
        if (last?.planned === true) last.isUnheard = true;
        break;
      }
      case 'subscribed':
        this.#subscribed(entry);
        break;
      case 'boot':
        this.of(entry.device).boots.push({ t: entry.t, epoch: entry.epoch });
        this.#restarted.add(entry.device);
        break;
      case 'off': {
        const life = this.of(entry.device);
        life.offs.push({ t: entry.t, cause: entry.cause });
        this.#restarted.add(entry.device);
        this.#ended(life, entry.t, SILENCE);
        break;
      }
      case 'state':
        if (isCarried(this.#plan, entry.device)) this.#entered(entry);
        break;
    }
  }

  /** The life so far; an empty one for a device that has not been heard of. */
  of(device: number): DeviceLife {
    let life = this.#lives.get(device);
    if (life === undefined) {
      life = { attempts: 0, wills: [], connections: [], boots: [], offs: [] };
      this.#lives.set(device, life);
    }
    return life;
  }

  /** The life of the connection that the device's messages go over: its carrier's, or its own. */
  over(device: number): DeviceLife {
    return this.of(carrierOf(this.#plan, device));
  }

  #connect(entry: LedgerEntryOf<'connect'>): void {
    const life = this.of(entry.device);
    const last = life.connections.at(-1);
    if (last !== undefined && last.nextAttemptAt === Number.POSITIVE_INFINITY) {
      last.nextAttemptAt = entry.t;
    }
    life.wills[life.attempts++] = entry.will;
  }

  #online(entry: LedgerEntryOf<'online'>): void {
    const life = this.of(entry.device);
    // A connection that was never said to have ended is over all the same.
    this.#ended(life, entry.t, 'replaced');
    const kept = entry.present ? life.connections.at(-1)?.grants.at(-1) : undefined;
    const agreed = this.#agreed.get(entry.device);
    life.connections.push({
      ...(agreed === undefined ? {} : { agreed }),
      attempt: Math.max(0, life.attempts - 1),
      from: entry.t,
      to: Number.POSITIVE_INFINITY,
      present: entry.present,
      grants: kept === undefined ? [] : [kept],
      end: '',
      planned: false,
      isUnheard: false,
      afterRestart: life.connections.length > 0 && this.#restarted.has(entry.device),
      nextAttemptAt: Number.POSITIVE_INFINITY,
    });
    this.#restarted.delete(entry.device);
    this.#agreed.delete(entry.device);
  }

  #subscribed(entry: LedgerEntryOf<'subscribed'>): void {
    const life = this.of(entry.device);
    const last = life.connections.at(-1);
    if (last?.to !== Number.POSITIVE_INFINITY) return;
    last.grants.push({ t: entry.t, granted: entry.granted });
  }

  #entered({ device, state, t }: LedgerEntryOf<'state'>): void {
    const life = this.of(device);
    const [region = ''] = state.split('.');
    const last = life.absences?.findLast((absence) => absence.region === region);
    if (last?.to === Number.POSITIVE_INFINITY) last.to = t;
    if (!ABSENT.includes(state)) return;
    life.absences ??= [];
    life.absences.push({ from: t, to: Number.POSITIVE_INFINITY, region });
  }

  #ended(life: DeviceLife, t: number, why: string): void {
    const last = life.connections.at(-1);
    if (last === undefined || last.to !== Number.POSITIVE_INFINITY) return;
    last.to = t;
    last.end = why;
    last.planned = isPlannedEnd(why);
  }
}

/** The connection that stood at `t`, if any. */
export function connectionAt(life: DeviceLife, t: number): Connection | undefined {
  return life.connections.findLast((connection) => connection.from <= t && t < connection.to);
}
