/**
 * A fault that stands for others: each is drawn for one device when the plan is made, and from then
 * on it is a fault like any that somebody wrote.
 */
import type { FaultKind } from '#chaos';
import { type DeviceModel, modelFamily } from '#devices';
import {
  assert,
  type Catalog,
  type FaultPlan,
  noSuch,
  type ParamValues,
  type Plan,
  type Problem,
  parsePath,
  problemOf,
} from '#kernel';

/** What faults are drawn from. */
export interface DrawnFrom extends Pick<Plan, 'seed' | 'devices' | 'entries'> {
  kinds: ReadonlyMap<string, FaultKind>;
  /** What goes wrong with a machine of a model. */
  models(model: string): DeviceModel['malfunctions'];
}

export interface Drawing {
  kind: FaultKind;
  id: string;
  params: ParamValues;
  /** Whom it may strike. */
  devices: readonly number[];
  from: number;
  to: number;
}

export function drawFaults(
  { kind, id, params, devices, from, to }: Drawing,
  { seed, kinds, devices: rows, entries, models }: DrawnFrom,
): FaultPlan[] {
  const able = devices.map((index) => ({
    index,
    id: rows[index]?.id ?? '',
    malfunctions: Object.keys(models(entries[rows[index]?.entry ?? -1]?.model ?? '') ?? {}),
  }));
  const drawn = kind.draw?.(params, { seed, id, from, to, devices: able }) ?? [];
  return drawn.map((one) => {
    const of = kinds.get(one.kind);
    assert(of !== undefined, `the fault ${kind.kind} draws ${one.kind}, which is none`);
    const { toxics, down, proof, part } = of.resolve(one.params);
    return {
      ...{ id: `${id}@${rows[one.device]?.id ?? ''}`, drawnBy: id },
      ...{ fault: one.kind, from: one.from, to: one.to },
      ...{ acts: of.acts, cohorts: [], devices: [one.device], params: one.params },
      ...{ proof, toxics, down, ...(part === undefined ? {} : { part }) },
    };
  });
}

/** A name that no model in the fleet has is a mistake, though others would still be drawn. */
export function drawProblems(
  { params, devices }: Pick<Drawing, 'params' | 'devices'>,
  { devices: rows, entries, models }: DrawnFrom,
  path: string,
): Problem[] {
  const wanted = Array.isArray(params.draw) ? params.draw.map(String) : [];
  const known = [
    ...new Set(
      devices.flatMap((index) =>
        Object.keys(models(entries[rows[index]?.entry ?? -1]?.model ?? '') ?? {}),
      ),
    ),
  ].sort();
  if (known.length === 0) {
    const message = 'none of the models that it selects knows how it goes wrong';
    const hint = 'select devices of a model that does: twinstorm show MODEL says what goes wrong';
    return [{ code: 'no-malfunctions', path: `${path}.where`, message, hint }];
  }
  return wanted.flatMap((name, at) =>
    noSuch('malfunction', name, known, [...(parsePath(path) ?? []), 'with', 'draw', at]).map(
      problemOf,
    ),
  );
}

/** What the models of a catalog know to go wrong. */
export const knownIn =
  (catalog: Catalog) =>
  (model: string): DeviceModel['malfunctions'] =>
    catalog.of(modelFamily).get(model)?.malfunctions;
