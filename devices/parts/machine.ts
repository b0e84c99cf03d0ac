/**
 * The machine of a device, which may go wrong. What that does to its physics is known beforehand and
 * hangs on scenario time alone; here it is only watched, so that the fault can be proved.
 */
import { MACHINE_OPS, type PartTrouble } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export default definePart({
  kind: 'machine',
  summary: 'has a machine that a fault can let go wrong, and writes down what that does to it',
  ops: MACHINE_OPS,
  ails: (_, { malfunction }) => malfunction !== undefined,
  start: (device) => new Machine(device),
});

class Machine implements Part {
  readonly #device: PartDevice;
  readonly #ills = new Set<string>();

  constructor(device: PartDevice) {
    this.#device = device;
  }

  measured({ n, intended }: PartMessage): void {
    if (this.#ills.size === 0 || intended === undefined) return;
    const differs = this.#device.body.isIll(intended);
    this.#device.write('machine/measured', { n, differs });
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
