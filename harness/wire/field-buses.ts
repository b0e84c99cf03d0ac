/** Which buses of carriers can be real ones, and what each needs: only what the plan asks for. */
import type { FieldBus, FieldBusOptions, OpenFieldBus } from '#devices';
import type { Plan } from '#kernel';
import { loadModbus, ModbusLine } from './modbus-line.ts';

type Open = (options: FieldBusOptions) => FieldBus;

const KINDS: Readonly<Record<string, () => Promise<Open>>> = {
  modbus: async () => {
    const modbus = await loadModbus();
    return (options) => new ModbusLine(modbus, options);
  },
};

/** Ready for all that the entries of the plan may open. */
export async function fieldBusesFor({ entries }: Pick<Plan, 'entries'>): Promise<OpenFieldBus> {
  const kinds = [...new Set(entries.flatMap(({ fieldBuses }) => fieldBuses ?? []))];
  const open = new Map<string, Open>();
  for (const kind of kinds) {
    const loaded = await KINDS[kind]?.();
    if (loaded !== undefined) open.set(kind, loaded);
  }
  return (kind, options) => open.get(kind)?.(options) ?? null;
}
