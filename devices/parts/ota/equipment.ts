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

const models = new WeakMap<Plan, Model>();

/** Null where nothing is ever rolled out. */
export function equipmentOf({ plan, seals }: PartDevice, care: Care): FirmwareStore | null {
  const [first, ...more] = firmwareOf(plan);
  if (first === undefined) return null;
  let model = models.get(plan);
  if (model === undefined) {
    const images = [first.factory, first.campaign.image, ...more.map((one) => one.campaign.image)];
    const layout = layoutFor(images);
    const keys = factoryKeys([first, ...more]);
    model = { keys, layout, left: factorySectors(first.factory, plan.seed, layout) };
    models.set(plan, model);
  }
  const trust = { keys: model.keys, hardware: HARDWARE, seals };
  return new FirmwareStore(new Flash(model.left), model.layout, trust, care);
}
