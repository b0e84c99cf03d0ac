/**
 * What a model says it measures is checked where it enters the fleet: what is no number would be
 * sent as nothing at all, and a name that nobody declared would mean nothing to anybody, both in
 * silence. Whether a value lies within its rails is for the duties of models.
 */
import { knownHint, misgave, mustBe } from '#kernel';
import type { DeviceModel } from './device.ts';

const TRY_IT = '`twinstorm check-plugin` tries a model without a run';

export function mustMeasure(
  model: DeviceModel,
  values: Readonly<Record<string, unknown>>,
  n: number,
): void {
  for (const name in values) {
    const flaw = flawOf(model, name, values[name]);
    if (flaw === null) continue;
    const { why, hint } = flaw;
    throw misgave(model, `the model ${model.kind}`, `sample ${n}`, why, [hint, TRY_IT]);
  }
}

function flawOf({ signals }: DeviceModel, name: string, value: unknown) {
  if (!Object.hasOwn(signals, name)) {
    const why = `there is no signal '${name}' among those that it declares`;
    return { why, hint: knownHint(name, Object.keys(signals)).hint };
  }
  if (Number.isFinite(value)) return null;
  const what = 'a finite number';
  const why = typeof value === 'number' ? `is ${value}, and must be ${what}` : mustBe(what, value);
  return { why: `${name} ${why}`, hint: undefined };
}
