/**
 * The flash that a device leaves the factory with, and what it trusts, by its plan. All devices of
 * a run are alike in it, so it is made once; what one writes is its own from then on.
 */
import { type FirmwareKey, factoryKeys, firmwareOf, HARDWARE, type Plan } from '#kernel';
import type { Care } from '../../firmware/care.ts';
import { Flash } from '../../firmware/flash.ts';
import { type Layout, layoutFor } from '../../firmware/layout.ts';
import { FirmwareStore, factorySectors } from '../../firmware/store.ts';
import type { PartDevice } from '../../part.ts';

interface Model {
  keys: readonly FirmwareKey[];
  layout: Layout;
  left: readonly (Uint8Array | null)[];
}

/** By board. */
const models = new WeakMap<Plan, Map<string, Model>>();

/** Null where nothing is ever rolled out. */
export function equipmentOf(device: PartDevice, care: Care): FirmwareStore | null {
  const { plan, seals } = device;
  const all = firmwareOf(plan);
  // What is no firmware has a size of its own, which says nothing of the factory's.
  const first = all.find(({ campaign }) => campaign.image.artefact === undefined) ?? all[0];
  if (first === undefined) return null;
  const more = all.filter((one) => one !== first);
  const board = String(device.paramsOf('ota').board ?? HARDWARE);
  const known = models.get(plan) ?? new Map<string, Model>();
  models.set(plan, known);
  let model = known.get(board);
  if (model === undefined) {
    const factory = first.factories?.[board] ?? first.factory;
    const images = [factory, first.campaign.image, ...more.map((one) => one.campaign.image)];
    const layout = layoutFor(images);
    const keys = factoryKeys([first, ...more]);
    model = { keys, layout, left: factorySectors(factory, plan.seed, layout) };
    known.set(board, model);
  }
  const trust = { keys: model.keys, hardware: board, seals };
  return new FirmwareStore(new Flash(model.left), model.layout, trust, care);
}
