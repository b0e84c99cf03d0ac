/** Makes one piece of a data set: the telemetry of its devices, and where asked their truth. */
import { type DeviceModel, type Embodied, physicsOf } from '#devices';
import {
  assert,
  type Cells,
  type DataFileFacts,
  type LabelEvent,
  malfunctionsOf,
  type Plan,
  roomFor,
  type Table,
} from '#kernel';
import type { Encoder, Format } from '../../dataset/format.ts';
import { DataFile, type Written } from './data-file.ts';
import { eventsOf, type Sampling } from './device-events.ts';
import { DeviceRows } from './device-rows.ts';
import { type Job, sampleCount, samplesIn } from './jobs.ts';
import { telemetryTable, truthTable } from './tables.ts';
import { TruthRows } from './truth-rows.ts';

export interface PieceRequest {
  plan: Plan;
  job: Job;
  model: DeviceModel;
  format: Format;
  folder: string;
  /** Milliseconds since 1970 of the scenario's instant zero. */
  zeroAt: number;
  withTruth: boolean;
  /** So many rows more are made. */
  made(rows: number): void;
}

export interface Piece {
  telemetry: DataFileFacts;
  truth: DataFileFacts | null;
  events: LabelEvent[];
  tables: { telemetry: Table; truth: Table };
}

export function makePiece(request: PieceRequest): Piece {
  const { plan, job, model, withTruth } = request;
  const entry = plan.entries[job.entry];
  assert(entry !== undefined, 'a job is of an entry of the plan');
  const [first = -1] = job.devices;
  const states = Object.keys(physicsOf(embodiedIn(request, first), []).truth(0));
  const tables = { telemetry: telemetryTable(entry, model), truth: truthTable(entry, states) };
  const telemetry = new Sink(request, tables.telemetry, `data/${job.name}`);
  const truth = withTruth ? new Sink(request, tables.truth, `truth/${job.name}`) : null;
  const events: LabelEvent[] = [];
  try {
    for (const device of job.devices) {
      const embodied = embodiedIn(request, device);
      const malfunctions = malfunctionsOf(plan, device);
      const { firstAt } = embodied.device;
      const sampling: Sampling = {
        ...{ firstAt, everyMs: entry.everyMs },
        count: sampleCount(plan, device),
      };
      const own = eventsOf(embodied, malfunctions, sampling);
      events.push(...own);
      const story = { embodied, malfunctions, events: own, sampling, zeroAt: request.zeroAt };
      const rows = new DeviceRows(story);
      const told = truth === null ? null : new TruthRows(story, states);
      const [from, to] = samplesIn(plan, device, job.stretch);
      for (let n = from; n < to; ) {
        const taken = telemetry.take(to - n, (cells, at, count) =>
          rows.fill(cells, at, n, n + count),
        );
        truth?.takeAll(taken, (cells, at, skip, count) =>
          told?.fill(cells, at, n + skip, n + skip + count),
        );
        n += taken;
        request.made(taken);
      }
    }
    const facts = { rows: job.rows, split: job.stretch.split };
    return {
      telemetry: { ...telemetry.close(), ...facts },
      truth: truth === null ? null : { ...truth.close(), ...facts },
      ...{ events, tables },
    };
  } catch (error) {
    telemetry.abandon();
    truth?.abandon();
    throw error;
  }

  function embodiedIn({ plan: { seed, devices } }: PieceRequest, index: number): Embodied {
    const device = devices[index];
    assert(device !== undefined && entry !== undefined, 'a job has devices of the plan');
    return { seed, device, entry, model };
  }
}

/** Rows of one table on their way into one file. */
class Sink {
  readonly #encoder: Encoder;
  readonly #file: DataFile;
  readonly #cells: readonly Cells[];
  readonly #room: number;
  #used = 0;

  constructor({ format, folder }: PieceRequest, table: Table, path: string) {
    this.#room = format.rowsAtOnce;
    this.#cells = roomFor(table, this.#room);
    this.#encoder = format.open(table);
    this.#file = new DataFile(folder, `${path}${format.extension}`);
  }

  /** As many as there is room for, of so many that are left; gives how many. */
  take(left: number, fill: (cells: readonly Cells[], at: number, count: number) => void): number {
    const count = Math.min(left, this.#room - this.#used);
    fill(this.#cells, this.#used, count);
    this.#used += count;
    if (this.#used === this.#room) this.#flush();
    return count;
  }

  /** All of them. */
  takeAll(
    rows: number,
    fill: (cells: readonly Cells[], at: number, from: number, count: number) => void,
  ): void {
    for (let done = 0; done < rows; ) {
      const from = done;
      done += this.take(rows - done, (cells, at, count) => fill(cells, at, from, count));
    }
  }

  close(): Written {
    if (this.#used > 0) this.#flush();
    this.#file.write(this.#encoder.end());
    return this.#file.close();
  }

  abandon(): void {
    this.#file.abandon();
  }

  #flush(): void {
    this.#file.write(this.#encoder.rows({ count: this.#used, cells: this.#cells }));
    this.#used = 0;
  }
}
