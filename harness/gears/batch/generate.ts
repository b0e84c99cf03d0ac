/**
 * The batch gear: a plan without a network, as fast as it can be computed. The same device gives
 * the same values as in the other gears, to the last bit, since both ask the same physics by the
 * scenario's time.
 */
import { type DeviceModel, modelFamily } from '#devices';
import {
  AuthorError,
  assert,
  type Catalog,
  type Cells,
  type DataSet,
  type DataSetTable,
  faultCode,
  type LabelEvent,
  type Plan,
  roomFor,
  type Table,
} from '#kernel';
import type { Format } from '../../dataset/format.ts';
import { DataFile } from './data-file.ts';
import { type Job, jobsOf } from './jobs.ts';
import type { Piece } from './piece.ts';
import { makePieces } from './pieces.ts';
import { batchProblems } from './refusals.ts';
import { type Splitting, stretchesOf } from './splits.ts';
import { EVENTS, unitsTable } from './tables.ts';
import { Unfinished } from './unfinished.ts';

export interface GenerateRequest {
  plan: Plan;
  catalog: Catalog;
  format: Format;
  folder: string;
  zeroAt: number;
  withTruth: boolean;
  splitting: Splitting;
  /** Absolute paths of the user's plug-ins. */
  plugins: readonly string[];
  /** So many work side by side; the files are the same. */
  workers: number;
  /** Of whatever makes the files: what another one began is not gone on with. */
  version: string;
  /** Of all rows that there will be, so many are made. */
  progress(done: number, all: number): void;
}

export type Generated = Pick<
  DataSet,
  'devices' | 'rows' | 'tables' | 'events' | 'splits' | 'splitBy'
>;

export async function generate(request: GenerateRequest): Promise<Generated> {
  const { plan, folder, format, zeroAt, withTruth, splitting, version } = request;
  const problems = batchProblems(plan);
  if (problems.length > 0) throw new AuthorError(problems);
  const jobs = jobsOf(plan, splitting);
  const what = [version, plan, format.kind, zeroAt, withTruth, splitting];
  const unfinished = new Unfinished(folder, what);
  await madeAll(request, jobs, unfinished);
  const all = jobs.reduce((sum, { rows }) => sum + rows, 0);
  const pieces = jobs.map((job) => ({ job, ...pieceOf(unfinished, job) }));
  // Each stretch of a device knows all that happened to it.
  const told = pieces.flatMap((piece) => piece.events);
  const events = [...new Map(told.map((event) => [event.id, event])).values()];
  const tables = [
    ...plan.entries.flatMap((_, entry) =>
      entryTables(pieces.filter((piece) => piece.job.entry === entry)),
    ),
    written(request, EVENTS, 'events', eventRows(events, request.zeroAt)),
    written(request, ...units(plan, events, splitting)),
  ];
  unfinished.end();
  return {
    rows: all,
    devices: plan.devices.length,
    events,
    tables,
    splits: splitsOf(plan, events, splitting),
    splitBy: splitting.by,
  };
}

/** What is there already counts as made. */
async function madeAll(
  request: GenerateRequest,
  jobs: readonly Job[],
  unfinished: Unfinished,
): Promise<void> {
  const { plan, catalog, progress } = request;
  const all = jobs.reduce((sum, { rows }) => sum + rows, 0);
  const left = jobs.filter(({ name }) => !unfinished.pieces.has(name));
  let done = all - left.reduce((sum, { rows }) => sum + rows, 0);
  const made = (rows: number): void => {
    done += rows;
    progress(done, all);
  };
  const modelOf = (job: Job): DeviceModel => modelIn(plan, catalog, job);
  const took = ({ name }: Job, piece: Piece): void => {
    unfinished.add(name, piece);
    unfinished.pieces.set(name, piece);
  };
  await makePieces({ ...request, modelOf, made, done: took }, left);
}

function pieceOf({ pieces }: Unfinished, { name }: Job): Piece {
  const piece = pieces.get(name);
  assert(piece !== undefined, 'each job was done');
  return piece;
}

function entryTables(pieces: readonly Piece[]): DataSetTable[] {
  const [first] = pieces;
  if (first === undefined) return [];
  const truth = pieces.flatMap((piece) => piece.truth ?? []);
  const { tables } = first;
  return [
    { table: tables.telemetry, files: pieces.map((piece) => piece.telemetry), holds: 'telemetry' },
    ...(truth.length === 0
      ? []
      : [{ table: tables.truth, files: truth, holds: 'truth' } satisfies DataSetTable]),
  ];
}

/** An event is where its cause begins, and in a gap between two splits it is nowhere. */
function splitsOf(
  plan: Plan,
  events: readonly LabelEvent[],
  splitting: Splitting,
): DataSet['splits'] {
  const byDevice = new Map(
    plan.devices.map(({ id }, index) => [id, stretchesOf(plan, index, splitting)] as const),
  );
  const of = (device: string, name: string) =>
    (byDevice.get(device) ?? []).filter(({ split }) => split === name);
  return splitting.splits.map(({ name }) => ({
    name,
    devices: plan.devices.filter(({ id }) => of(id, name).length > 0).length,
    events: events.filter(({ device, causeFrom: t }) =>
      of(device, name).some(({ from, to }) => t >= from && t < to),
    ).length,
  }));
}

function modelIn(plan: Plan, catalog: Catalog, { entry }: Job): DeviceModel {
  const model = catalog.of(modelFamily).get(plan.entries[entry]?.model ?? '');
  assert(model !== undefined, 'the plan has models of the catalog alone');
  return model;
}

type Row = readonly (string | number | null)[];

/** A small table, whole. */
function written(
  { format, folder }: GenerateRequest,
  table: Table,
  holds: 'events' | 'units',
  rows: readonly Row[],
): DataSetTable {
  const cells: Cells[] = roomFor(table, rows.length);
  rows.forEach((row, at) => {
    row.forEach((cell, column) => {
      const into = cells[column] as Cells;
      if (into instanceof Float64Array) into[at] = cell === null ? Number.NaN : Number(cell);
      else into[at] = cell === null ? null : String(cell);
    });
  });
  const encoder = format.open(table);
  const file = new DataFile(folder, `${holds}${format.extension}`);
  if (rows.length > 0) file.write(encoder.rows({ count: rows.length, cells }));
  file.write(encoder.end());
  return { table, holds, files: [{ ...file.close(), rows: rows.length, split: null }] };
}

const eventRows = (events: readonly LabelEvent[], zeroAt: number): Row[] => {
  const at = (t: number | null): number | null => (t === null ? null : zeroAt + t);
  return events.map((event) => [
    ...[event.id, event.cause, event.device, event.layer],
    ...[event.faultClass, faultCode(event.faultClass), event.component],
    ...[event.channels.join(' '), event.profile, event.severity],
    ...[at(event.causeFrom), at(event.causeTo)],
    ...[at(event.effectFrom), at(event.effectTo), at(event.detectableAt)],
  ]);
};

function units(
  plan: Plan,
  events: readonly LabelEvent[],
  splitting: Splitting,
): [Table, 'units', Row[]] {
  const params = [...new Set(plan.entries.flatMap(({ paramNames }) => paramNames))].sort();
  const happened = new Map<string, number>();
  for (const { device } of events) happened.set(device, (happened.get(device) ?? 0) + 1);
  const rows = plan.devices.map((device, index): Row => {
    const { id = '', model = '', paramNames = [] } = plan.entries[device.entry] ?? {};
    const drawn = new Map(paramNames.map((name, k) => [name, device.params[k] ?? null]));
    return [
      ...[device.id, id, model, device.site, device.region],
      ...[splitText(stretchesOf(plan, index, splitting)), happened.get(device.id) ?? 0],
      ...params.map((name) => drawn.get(name) ?? null),
    ];
  });
  return [unitsTable(params), 'units', rows];
}

/** By time a device is in all of them. */
const splitText = (stretches: readonly { split: string }[]): string =>
  stretches.map(({ split }) => split).join(' ');
