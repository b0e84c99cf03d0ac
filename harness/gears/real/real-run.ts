/**
 * What a real run stands on from its first moment: its name, its clock, its ledger, the warden that
 * is the parent of every process, and the control channel. Each is on the stack of the ways back
 * before it is there.
 */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { opTable, type Plan, WorldError } from '#kernel';
import { ControlServer } from '../../processes/control-server.ts';
import { ProcessNotes } from '../../processes/process-notes.ts';
import { Processes } from '../../processes/processes.ts';
import { removalOf } from '../../processes/removal.ts';
import { LedgerWriter } from '../../record/ledger-writer.ts';
import type { RunClock } from '../../record/run-clock.ts';
import type { RunDirectory } from '../../record/run-directory.ts';
import { within } from '../../run/bounded.ts';
import type { UndoStack } from '../../run/undo.ts';
import type { GearRequest } from '../gear.ts';

/** The warden has bounds of its own, which add up to less. */
const WARDEN_END_MS = 60_000;
/** A word of the warden is a line in a pipe. */
const WORD_MS = 2000;

export class RealRun {
  readonly request: GearRequest;
  readonly plan: Plan;
  readonly directory: RunDirectory;
  readonly id = randomBytes(5).toString('hex');
  readonly secret = randomBytes(16).toString('hex');
  readonly clock: RunClock;
  readonly undo: UndoStack;
  readonly ledger: LedgerWriter;
  readonly notes: ProcessNotes;
  readonly control: ControlServer;
  readonly processes: Processes;
  /** Wall time at the run's instant zero, once that is known. */
  zeroAt: string | null = null;
  readonly #lost = Promise.withResolvers<never>();

  constructor(request: GearRequest, clock: RunClock, undo: UndoStack) {
    const { directory, plan } = request;
    this.request = request;
    this.plan = plan;
    this.directory = directory;
    this.clock = clock;
    this.undo = undo;
    this.#lost.promise.catch(() => {});
    this.ledger = undo.hold(
      'the ledger',
      () =>
        new LedgerWriter(
          directory.segment('harness'),
          {
            schema: 'twinstorm.ledger/1',
            segment: 'harness',
            planSha256: request.planSha256,
            lanes: [],
          },
          clock,
          opTable(plan.ops),
        ),
      (ledger) => ledger.close(),
    );
    this.notes = new ProcessNotes(this.ledger, clock);
    this.control = undo.hold(
      'the control channel',
      () => new ControlServer(clock),
      (control) => control.close(),
    );
    const [log, now] = [directory.file('log/warden.log'), new Date().toISOString()];
    this.processes = undo.hold(
      'the processes',
      () => new Processes(this.id, directory.path, log, now),
      (processes) => processes.end(),
      WARDEN_END_MS,
    );
    this.processes.undo('control', removalOf(this.control.folder));
    this.processes.onWardenLost = () =>
      this.lose(
        new WorldError(
          'warden',
          'the warden of this run is gone; everything was healed and the run ended',
        ),
      );
  }

  /** Rejected when the run cannot go on. */
  get lost(): Promise<never> {
    return this.#lost.promise;
  }

  /** Something is gone without which there is no run. */
  lose(error: WorldError): void {
    this.#lost.reject(error);
  }

  /**
   * What the run really broke off for. A process that dies is missed at its end of the control
   * channel before the warden tells how it died, which says more.
   */
  async causeOf(thrown: unknown): Promise<unknown> {
    if (!(thrown instanceof WorldError && thrown.code === 'gone')) return thrown;
    const heard = this.lost.catch((error: unknown) => error);
    return within(this.clock, WORD_MS, heard, () => new Error('no word')).catch(() => thrown);
  }

  /** A foreign target's accounts, beside the scenario file. */
  get credentialsFile(): string | null {
    const { credentialsFile } = this.plan.target;
    return credentialsFile === null ? null : resolve(this.request.base, credentialsFile);
  }
}
