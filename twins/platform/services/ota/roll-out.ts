/**
 * One campaign on its way. It is a matter of tables and of the time: whatever is due by an instant
 * is done before anything else of that instant is looked at, first the gate whose time is up, then
 * those who were silent for too long, then offers. So what comes of it does not hang on how late a
 * timer is or how often the platform is killed.
 */
import type { CampaignMove, Cancel } from '#kernel';
import type { ServicePorts } from '../../service.ts';
import {
  type Figures,
  gateOf,
  hasTooManyErrors,
  hasTooManyUnwell,
  spacingOf,
  windowHere,
} from './campaign.ts';
import type { Hold, OtaSeams } from './seams.ts';
import type { CampaignRow, GateRow, OtaTables, TargetRow, TargetStatus } from './tables.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Without a rate all that wait are offered it at once. */
const ALL = -1;
/** No timer is set for longer: it looks again then. */
const LOOK_MS = 3_600_000;

export interface RollOutPorts {
  tables: OtaTables;
  clock: ServicePorts['clock'];
  commits: ServicePorts['commits'];
  seams: Partial<OtaSeams> | null;
  /** Offers it, or calls it off. */
  notify(campaign: CampaignRow, target: TargetRow, isOff: boolean): void;
  /** An attempt of it is over. */
  ended(device: string): void;
}

export class RollOut {
  readonly row: CampaignRow;
  readonly #ports: RollOutPorts;
  /** By wave. */
  readonly #figures: Figures[];
  #wakesAt = NEVER;
  #timer: Cancel | null = null;
  #offersAt = NEVER;

  constructor(row: CampaignRow, ports: RollOutPorts) {
    this.row = row;
    this.#ports = ports;
    this.#figures = row.spec.waves.map(() => ({ confirmed: 0, failed: 0, unwell: 0, total: 0 }));
    for (const { wave, status, count, unwell } of ports.tables.counts(row.spec.name)) {
      const figures = this.#figures[wave];
      if (figures === undefined) continue;
      figures.total += count;
      figures.unwell += unwell;
      if (status === 'confirmed' || status === 'failed') figures[status] += count;
    }
  }

  get sizes(): number[] {
    return this.#figures.map(({ total }) => total);
  }

  /** How many devices stand how. */
  get standing(): Record<TargetStatus, number> {
    const counts = { queued: 0, offered: 0, confirmed: 0, failed: 0, aborted: 0 };
    for (const { status, count } of this.#ports.tables.counts(this.row.spec.name)) {
      counts[status] += count;
    }
    return counts;
  }

  begin(now: number): void {
    this.#open(0, now);
    this.#goOn(now);
  }

  /** Of a former life: it goes on, and its times with it. */
  wake(): void {
    this.#armFor(this.#ports.clock.now());
  }

  /** Whatever is due by then. */
  tick(now: number): void {
    this.#due(now);
    this.#goOn(now);
  }

  heard(target: TargetRow, now: number): void {
    this.#ports.tables.putTarget({ ...target, heard: now });
  }

  /** It has it, and has just said that it is not well with it. */
  ails(target: TargetRow, now: number): void {
    const { row } = this;
    const { wave, status, unwell } = target;
    const figures = this.#figures[wave];
    if (status !== 'confirmed' || unwell !== null || figures === undefined) return;
    this.#ports.tables.putTarget({ ...target, unwell: now });
    figures.unwell++;
    const isTooMuch = isOpen(row) && hasTooManyUnwell(row.spec, figures);
    if (isTooMuch && this.#heeds('unwell')) this.#halt(wave, now);
    this.#goOn(now);
  }

  /** The attempt that is open has ended; `isFinal`: its device wants no other. */
  ended(target: TargetRow, status: string, why: string, now: number, isFinal = false): void {
    const { device, attempt } = target;
    if (this.#ports.seams?.hearOta?.(device, attempt, status) === false) return;
    this.#settle(target, status, why, now, isFinal);
    this.#goOn(now);
  }

  /** When it took effect; or why it cannot be done. */
  move(move: CampaignMove, now: number): number | string {
    const { row } = this;
    const { spec, state, paused } = row;
    const last = this.#ports.tables.moves(spec.name).at(-1);
    // Whoever was not answered asks again.
    if (last?.move === move) return last.at;
    if (move === 'pause' && !isOpen(row)) return `it is ${state}`;
    if (move === 'resume' && paused === null) return 'it is not paused';
    if (this.#ports.seams?.takeMove?.(spec.name, move) === false) return 'it is not to be moved';
    this.#ports.tables.addMove(spec.name, { move, at: now });
    if (move === 'pause') this.#pause(now);
    else if (move === 'resume') this.#resume(now);
    else this.#abort(now);
    this.#ports.tables.putCampaign(row);
    if (move === 'resume') this.#decide(now, false);
    this.#goOn(now);
    return now;
  }

  // --- waves ------------------------------------------------------------------------------------

  #open(wave: number, now: number): void {
    const { row } = this;
    // Until its window opens nobody could begin.
    row.opened = Math.max(now, windowHere(row.spec).from);
    row.soaks = null;
    row.wave = wave;
    if (wave > 0 && this.#ports.seams?.pauseUnasked?.(row.spec.name, wave) === true) {
      this.#ports.tables.addMove(row.spec.name, { move: 'pause', at: now });
      row.paused = now;
    }
    this.#ports.tables.putCampaign(row);
    this.#decide(now, false);
  }

  #decide(now: number, isTimeUp: boolean): void {
    const { row } = this;
    const { spec, wave, state } = row;
    const figures = this.#figures[wave];
    if (state !== 'running' || figures === undefined) return;
    const reached = gateOf(spec, figures) ?? (isTimeUp ? false : null);
    const honest = reached === true && !this.#hasSoaked(now) ? null : reached;
    const seam = this.#ports.seams?.gateOta;
    const passed = seam === undefined ? honest : seam(spec.name, wave, figures, honest);
    if (passed === null) return;
    if (passed && row.paused !== null && this.#heeds('pause')) return;
    if (!passed) return this.#halt(wave, now);
    this.#decided({ wave, passed: 1, at: now, ...figures });
    if (wave + 1 < spec.waves.length) return this.#open(wave + 1, now);
    row.state = 'passed';
    this.#ports.tables.putCampaign(row);
  }

  /** Enough have it; it may be that they must have had it for longer. */
  #hasSoaked(now: number): boolean {
    const { row } = this;
    const { soakMs = 0 } = row.spec;
    if (soakMs === 0 || !this.#heeds('soak')) return true;
    if (row.soaks === null) {
      row.soaks = now + soakMs;
      this.#ports.tables.putCampaign(row);
    }
    return now >= row.soaks;
  }

  #halt(wave: number, now: number): void {
    const { row } = this;
    const figures = this.#figures[wave];
    if (figures === undefined) return;
    this.#decided({ wave, passed: 0, at: now, ...figures });
    row.state = 'halted';
    this.#ports.tables.putCampaign(row);
    this.#callOffAt('halt');
  }

  #decided(gate: GateRow): void {
    const { tables, seams } = this.#ports;
    const { name } = this.row.spec;
    tables.addGate(name, gate);
    const isAgain = seams?.decideAgain?.(name, gate.wave, gate.passed === 1) === true;
    if (isAgain) tables.addGate(name, gate);
  }

  #pause(now: number): void {
    this.row.paused = now;
    this.#callOffAt('pause');
  }

  /** Who is under way goes on. */
  #callOffAt(what: 'pause' | 'halt'): void {
    const { row } = this;
    if (this.#ports.seams?.callOffAt?.(what, row.spec.name) === true) this.#tellOff();
  }

  #tellOff(): void {
    const { row } = this;
    const atIt = this.#ports.tables.silent(row.spec.name, NEVER);
    for (const target of atIt) this.#ports.notify(row, target, true);
  }

  /** The time of its gate stood still meanwhile. */
  #resume(now: number): void {
    const { row } = this;
    const { paused, opened, soaks, spec } = row;
    const stoodStill = (from: number): number => Math.max(0, now - Math.max(paused ?? now, from));
    row.opened = opened + stoodStill(opened);
    if (soaks !== null) row.soaks = soaks + stoodStill(soaks - (spec.soakMs ?? 0));
    row.paused = null;
  }

  /**
   * Whoever waits for an offer gets none any more, and that is how it ends. Who has got one is told
   * to leave off, and says itself how it ended.
   */
  #abort(now: number): void {
    const { row } = this;
    const { tables } = this.#ports;
    const { name, waves } = row.spec;
    const waiting = tables.queued(name, waves.length, ALL);
    row.state = 'aborted';
    row.paused = null;
    if (waiting.length > 0 && !this.#heeds('abort')) return;
    this.#tellOff();
    for (const target of waiting) {
      const { device, attempt } = target;
      if (this.#ports.seams?.endWaiting?.(device, attempt + 1) === false) continue;
      const end = { status: 'aborted', why: 'nobody was to begin any more', at: now };
      tables.addSettled({ campaign: name, device, attempt: attempt + 1, ...end });
      tables.putTarget({ ...target, status: 'aborted' });
    }
  }

  // --- one device -------------------------------------------------------------------------------

  #settle(target: TargetRow, ended: string, why: string, now: number, isFinal = false): void {
    const { device, attempt } = target;
    const status = this.#ports.seams?.nameEnding?.(device, attempt, ended) ?? ended;
    this.#close(target, status, why, now, isFinal);
    this.#ports.ended(target.device);
  }

  #close(target: TargetRow, status: string, why: string, now: number, isFinal: boolean): void {
    const { row } = this;
    const { tables } = this.#ports;
    const { spec, state } = row;
    const { device, attempt, wave } = target;
    tables.addSettled({ campaign: spec.name, device, attempt, status, why, at: now });
    const isDone = status === 'confirmed';
    // After a halt nobody begins again.
    const isOver = state === 'halted' || state === 'aborted';
    const isAgain = attempt < spec.tries || !this.#heeds('tries');
    if (!isDone && !isFinal && !isOver && isAgain) {
      return tables.putTarget({ ...target, status: 'queued' });
    }
    const end = isDone ? 'confirmed' : 'failed';
    tables.putTarget({ ...target, status: end });
    const figures = this.#figures[wave];
    if (figures === undefined) return;
    figures[end]++;
    const isTooMuch = !isDone && !isOver && hasTooManyErrors(spec, figures);
    if (isTooMuch && this.#heeds('errors')) return this.#halt(wave, now);
    if (wave === row.wave) this.#decide(now, false);
  }

  #offer(target: TargetRow, now: number): void {
    const { row } = this;
    const { tables, seams } = this.#ports;
    const { device } = target;
    const next = target.attempt + 1;
    if (seams?.skipOffer?.(device, row.spec.name, next) === true) {
      return tables.putTarget({ ...target, status: 'aborted' });
    }
    const attempt = seams?.numberOffer?.(device, next) ?? next;
    const offered: TargetRow = { ...target, attempt, status: 'offered', heard: now };
    tables.putTarget(offered);
    tables.addOffer({ campaign: row.spec.name, device, attempt, at: now });
    this.#ports.notify(row, offered, false);
  }

  // --- what is due ------------------------------------------------------------------------------

  #due(now: number): void {
    const { row } = this;
    const { opened, soaks, spec } = row;
    if (row.paused === null && now >= (soaks ?? opened + spec.withinMs)) {
      if (soaks !== null || this.#heeds('deadline')) this.#decide(now, soaks === null);
    }
    for (const target of this.#ports.tables.silent(spec.name, now - this.#silentMs)) {
      this.#settle(target, 'timed-out', 'it said nothing', now);
    }
  }

  /** Offers what may be offered by now, and says when it goes on. */
  #goOn(now: number): void {
    const { row } = this;
    const { tables } = this.#ports;
    const { spec } = row;
    const honest = spacingOf(spec);
    const spacing = this.#ports.seams?.paceOffers?.(spec.name, honest) ?? honest;
    this.#offersAt = NEVER;
    for (;;) {
      if (tables.queued(spec.name, row.wave, 1).length === 0) break;
      const at = this.#nextAt(now);
      if (at > now) {
        this.#offersAt = at;
        break;
      }
      const waiting = tables.queued(spec.name, row.wave, spacing === 0 ? ALL : 1);
      for (const target of waiting) this.#offer(target, now);
      row.next = now + spacing;
      tables.putCampaign(row);
      if (spacing === 0) break;
    }
    this.#arm(now);
  }

  /** When the next offer may go out, as long as nothing changes. */
  #nextAt(now: number): number {
    const { paused, state, next, spec } = this.row;
    if (state === 'halted') return NEVER;
    if (state === 'aborted' && this.#heeds('abort')) return NEVER;
    if (paused !== null && this.#heeds('pause')) return NEVER;
    let at = now;
    if (next > at && this.#heeds('rate')) at = next;
    const { from, to } = windowHere(spec);
    if ((at < from || at >= to) && this.#heeds('window')) at = at < from ? from : NEVER;
    return at;
  }

  get #silentMs(): number {
    const { name, timeoutMs } = this.row.spec;
    return this.#ports.seams?.waitOta?.(name, timeoutMs) ?? timeoutMs;
  }

  #heeds(what: Hold): boolean {
    return this.#ports.seams?.heedOta?.(what, this.row.spec.name) !== false;
  }

  #arm(now: number): void {
    const { opened, soaks, paused, state, spec } = this.row;
    const isTimed = state === 'running' && paused === null;
    const until = opened + spec.withinMs;
    // What was due by now has been decided.
    const gate = isTimed ? (soaks ?? (until > now ? until : NEVER)) : NEVER;
    const silence = this.#ports.tables.longestSilence(spec.name) + this.#silentMs;
    const due = Math.min(gate, silence, this.#offersAt);
    if (due < NEVER) this.#armFor(Math.min(due, now + LOOK_MS));
  }

  /** One that comes too early looks again. */
  #armFor(at: number): void {
    if (this.#wakesAt <= at) return;
    const { clock, commits } = this.#ports;
    this.#timer?.();
    this.#wakesAt = at;
    this.#timer = clock.after(Math.max(0, at - clock.now()), () => {
      this.#wakesAt = NEVER;
      this.#timer = null;
      commits.add(
        () => this.tick(clock.now()),
        () => {},
      );
    });
  }
}

/** It may still be halted. */
const isOpen = ({ state }: CampaignRow): boolean => state === 'running' || state === 'passed';
