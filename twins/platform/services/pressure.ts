/**
 * A platform that is allowed to degrade and never to lie. An operator says how many messages a
 * second it takes and how many may wait; what is more than that is passed over, of the streams that
 * allow it, and each one that was is on a list before it is acknowledged. In which mode the
 * platform was, and since when, is written down as well.
 */
import {
  type Admission,
  type Arrival,
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
} from '../service.ts';
import { type Limits, readLimits } from './pressure/limits.ts';
import { type Mode, Modes } from './pressure/modes.ts';
import { type Enter, TurnQueue } from './pressure/queue.ts';
import { PRESSURE_SCHEMA, type PressureTables, pressureTables } from './pressure/tables.ts';

export interface PressureSeams {
  /** A message of a stream that may not be passed over has come: true passes it over. */
  shedAnyway?(stream: string, device: string, n: number): boolean;
  /** A message is passed over: false leaves it off the list. */
  listShed?(device: string, n: number): boolean;
  /** So many are counted of one that is passed over. */
  countShed?(device: string, n: number): number;
  /** The queue has drained: false stays in the mode all the same. */
  relax?(): boolean;
  /** The mode has changed: false does not say so. */
  tellMode?(mode: Mode): boolean;
  /** One that must not wait has come: true has it wait its turn. */
  queueUrgent?(stream: string, device: string, n: number): boolean;
  /** One is to have its turn: false forgets it, and nobody answers it. */
  keepTurn?(stream: string, device: string, n: number): boolean;
}

/** So often it is written down how full the queue is, while something happens. */
const SAMPLE_MS = 500;
/** As for a platform that is told nothing: nobody may be let in to what only is read. */
const OFF = 'off';

export default defineService<PressureSeams>({
  kind: 'pressure',
  summary: 'takes what it can, passes over what it may, and lists what it passed over',
  schema: PRESSURE_SCHEMA,
  seams: ['shedAnyway', 'listShed', 'countShed', 'relax', 'tellMode', 'queueUrgent', 'keepTurn'],
  truth: 'pressure',
  start: (ports) => new Pressure(ports),
});

/** A page of a list that is told by place. */
function paged<Row extends { place: number }>(
  asked: Asked,
  from: (after: number, limit: number) => readonly Row[],
) {
  const limit = asked.limit();
  const found = from(asked.whole('cursor', 0), limit);
  const last = found.at(-1);
  const rows = found.map(({ place: _, ...row }) => row);
  return { rows, limit, next: found.length === limit && last ? String(last.place) : null };
}

/** What there is once limits are set. */
interface Way {
  limits: Limits;
  modes: Modes;
  queue: TurnQueue;
}

class Pressure implements Service {
  readonly #ports: ServicePorts<PressureSeams>;
  readonly #tables: PressureTables;
  readonly #counts = { shed: 0, waiting: 0 };
  /** By device, how many came since the platform is limited. */
  readonly #turns = new Map<string, number>();
  #way: Way | null = null;
  #sampledAt = Number.NEGATIVE_INFINITY;
  #lookAt: number | null = null;
  readonly routes = {
    pressure: (asked: Asked) => this.#page(asked),
    'pressure/modes': (asked: Asked) => {
      const { rows, ...page } = paged(asked, (after, limit) => this.#tables.modes(after, limit));
      return { modes: rows, ...page };
    },
    'pressure/depths': (asked: Asked) => {
      const { rows, ...page } = paged(asked, (after, limit) => this.#tables.depths(after, limit));
      return { depths: rows, ...page };
    },
    'pressure/counts': () => ({ counts: this.#tables.counts() }),
    'pressure/now': () => this.#now(),
  };
  readonly acts = { 'pressure/limits': (asked: Asked, body: unknown) => this.#limit(asked, body) };

  constructor(ports: ServicePorts<PressureSeams>) {
    this.#ports = ports;
    this.#tables = pressureTables(ports.sql);
  }

  /** What was limited stays so over a kill. */
  ready(): void {
    const text = this.#tables.limits();
    const limits = text === null ? '' : readLimits(JSON.parse(text));
    if (typeof limits !== 'string') this.#open(limits, 'the platform was started');
  }

  admit(arrival: Arrival): Admission | null {
    const way = this.#way;
    if (way === null) return null;
    this.#look(way);
    const { device, stream, n, mayPassOver } = arrival;
    const { seams } = this.#ports;
    const isUrgent = !way.limits.sheds.includes(stream);
    const isShed = mayPassOver && this.#isShed(way, arrival);
    if (isShed && (!isUrgent || seams?.shedAnyway?.(stream, device, n) === true)) {
      const at = this.#ports.clock.now();
      return { passOver: () => this.#passOver(arrival, at) };
    }
    if (seams?.keepTurn?.(stream, device, n) === false) return { wait: () => {} };
    if (isUrgent && seams?.queueUrgent?.(stream, device, n) !== true) {
      return { wait: (enter) => way.queue.push(this.#counted(stream, enter)) };
    }
    return {
      wait: (enter) => {
        way.queue.put(this.#counted(stream, enter));
        this.#look(way);
      },
    };
  }

  counts(): Readonly<Record<string, number>> {
    this.#counts.waiting = this.#way?.queue.waiting ?? 0;
    return this.#counts;
  }

  // --- what an operator asks --------------------------------------------------------------------

  #limit(asked: Asked, body: unknown) {
    const limits = readLimits(body);
    if (typeof limits === 'string') return asked.refuse(400, limits);
    const text = JSON.stringify(limits);
    // Whoever was not answered asks again.
    if (text === this.#tables.limits() && this.#way !== null) return { mode: this.#way.modes.mode };
    if (this.#way !== null) return asked.refuse(409, 'other limits are set already');
    this.#tables.setLimits(text);
    this.#open(limits, 'limits were set');
    return { mode: 'normal' };
  }

  /** Of each device what was passed over; of most there is nothing. */
  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const pressure = items.map(({ id }) => ({ device: id, sheds: this.#tables.shedOf(id) }));
    return { pressure, limit, next };
  }

  #now() {
    const { modes, queue } = this.#way ?? {};
    return { mode: modes?.mode ?? OFF, depth: queue?.depth ?? 0, at: this.#ports.clock.now() };
  }

  // --- what comes in ----------------------------------------------------------------------------

  #open(limits: Limits, why: string): void {
    const modes = new Modes(limits);
    const queue = new TurnQueue(this.#ports.clock, limits, () => this.#look(way));
    const way: Way = { limits, modes, queue };
    this.#way = way;
    this.#entered(OFF, 'normal', why);
  }

  #isShed({ limits, modes, queue }: Way, { device, stream }: Arrival): boolean {
    const { mode } = modes;
    if (mode === 'read-only') return true;
    if (mode === 'normal') return false;
    if (queue.depth >= limits.queue) return true;
    if (limits.policy === 'refuse') return false;
    const turn = this.#turns.get(`${stream} ${device}`) ?? 0;
    this.#turns.set(`${stream} ${device}`, turn + 1);
    return turn % limits.keepOneOf !== 0;
  }

  /** In the transaction before its acknowledgement. */
  #passOver({ device, lane, stream, n }: Arrival, at: number): void {
    const { registry, seams } = this.#ports;
    // Nobody takes it, so nobody else notes that the device has spoken.
    registry.record(device, lane);
    const isListed = seams?.listShed?.(device, n) !== false;
    // One that comes again is on the list, and counted.
    if (isListed && !this.#tables.shed({ device, stream, n, at })) return;
    if (!isListed) return;
    this.#counts.shed++;
    this.#tables.count(stream, 0, seams?.countShed?.(device, n) ?? 1);
  }

  #counted(stream: string, enter: Enter): Enter {
    return (committed) => {
      enter(() => {
        this.#ports.commits.defer(() => this.#tables.count(stream, 1, 0));
        committed();
      });
    };
  }

  // --- modes ------------------------------------------------------------------------------------

  #look(way: Way): void {
    const { modes, queue } = way;
    const now = this.#ports.clock.now();
    const { depth, stuckMs } = queue;
    const { seams } = this.#ports;
    const isBetter = modes.mode === 'limited' && depth <= way.limits.queue * way.limits.normalAt;
    if (!isBetter || seams?.relax?.() !== false) {
      const change = modes.look({ now, depth, stuckMs });
      if (change !== null) this.#entered(change.from, change.to, change.why);
    }
    if (now - this.#sampledAt >= SAMPLE_MS) this.#sample(now, depth);
    this.#lookAgain(way, now);
  }

  #sample(now: number, depth: number): void {
    this.#sampledAt = now;
    this.#ports.commits.defer(() => this.#tables.depth(now, depth));
  }

  #entered(was: string, mode: Mode, why: string): void {
    const at = this.#ports.clock.now();
    if (mode === 'normal') this.#turns.clear();
    if (was !== OFF && this.#ports.seams?.tellMode?.(mode) === false) return;
    this.#ports.commits.defer(() => this.#tables.enter({ at, was, mode, why }));
    this.#sample(at, this.#way?.queue.depth ?? 0);
  }

  /** Time alone changes a mode when the store stands still, and when a hold is over. */
  #lookAgain(way: Way, now: number): void {
    if (way.modes.mode === 'normal' && way.queue.depth === 0) return;
    const stuckAt = now + way.limits.readOnlyAfterMs;
    const at = Math.min(way.modes.nextAt ?? stuckAt, stuckAt);
    if (this.#lookAt !== null && this.#lookAt <= at) return;
    this.#lookAt = at;
    this.#ports.clock.after(Math.max(1, at - now), () => {
      if (this.#lookAt === at) this.#lookAt = null;
      this.#look(way);
    });
  }
}
