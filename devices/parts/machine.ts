/**
 * The machine of a device, which may go wrong. What that does to its physics is known beforehand
 * and hangs on scenario time alone; here it is only watched, so that the fault can be proved, and
 * so that nobody is ill before.
 */
import { MACHINE_OPS, type PartTrouble } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface MachineSeams {
  /** A reading of one that nothing ails yet is compared: true says that it is ill all the same. */
  seesIll?(device: string): boolean;
}

export default definePart({
  kind: 'machine',
  summary: 'has a machine that a fault can let go wrong, and writes down what that does to it',
  ops: MACHINE_OPS,
  ails: (_, { malfunction }) => malfunction !== undefined,
  seams: ['seesIll'],
  start: (device) => new Machine(device),
});

class Machine implements Part {
  readonly #device: PartDevice;
  readonly #ills = new Set<string>();

  constructor(device: PartDevice) {
    this.#device = device;
  }

  measured({ n, intended }: PartMessage): void {
    const device = this.#device;
    if (intended === undefined || !device.body.mayBeIll) return;
    const seam = device.seam<MachineSeams['seesIll']>('seesIll');
    const isSeen = this.#ills.size === 0 && seam?.(device.row.id) === true;
    device.write('machine/measured', { n, differs: isSeen || device.body.isIll(intended) });
  }

  ailed(fault: string, { malfunction }: PartTrouble): void {
    if (malfunction === undefined) return;
    this.#ills.add(fault);
    this.#device.write('machine/ill', { fault, malfunction: malfunction.kind });
  }

  eased(fault: string): void {
    if (this.#ills.delete(fault)) this.#device.write('machine/well', { fault });
  }
}
