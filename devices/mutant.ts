/**
 * How a file of mutants/ says which bug of the firmware it plants. A seam is a named place where a
 * part of the device asks whether somebody wants to do it otherwise (`PartDevice.seam`); honest
 * firmware has nobody to ask. A part lists the seams it has, and a mutant says by its type argument
 * whose seams it plants: `defineDeviceMutant<StatusSeams>({ … })`. Some seams every device has
 * (seams.ts). One that no part of the plan has is a mistake of whoever planned the run.
 */
import { type Mutant, type MutantSpec, stampMutant } from '#kernel';

export const defineDeviceMutant = <Seams extends object>(
  mutant: MutantSpec<NoInfer<Seams>>,
): Mutant => stampMutant('device', mutant);
