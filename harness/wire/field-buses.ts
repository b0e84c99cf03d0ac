/** Which buses of carriers can be real ones, and what each needs: only what the plan asks for. */
import type { Enter, FieldBuses, FieldBusKind, OpenFieldBus } from '#devices';
import type { Plan } from '#kernel';
import { CoapLine, loadCoap } from './coap-line.ts';
import { loadModbus, ModbusLine } from './modbus-line.ts';

type Open<K extends FieldBusKind> = (
  options: FieldBuses[K]['options'],
  enter: Enter,
) => FieldBuses[K]['bus'];

/** Whoever asks for a kind that is not here does not compile. */
const KINDS: { readonly [K in FieldBusKind]: () => Promise<Open<K>> } = {
  coap: async () => {
    const coap = await loadCoap();
    return (options, enter) => new CoapLine(coap, options, enter);
  },
  modbus: async () => {
    const modbus = await loadModbus();
    return (options, enter) => new ModbusLine(modbus, options, enter);
  },
};

const isKind = (word: string): word is FieldBusKind => Object.hasOwn(KINDS, word);

/** Ready for all that the entries of the plan may open. */
export async function fieldBusesFor({ entries }: Pick<Plan, 'entries'>): Promise<OpenFieldBus> {
  const words = new Set(entries.flatMap(({ fieldBuses }) => fieldBuses ?? []));
  const open: { [K in FieldBusKind]?: Open<K> } = {};
  const load = async <K extends FieldBusKind>(kind: K): Promise<void> => {
    Object.assign(open, { [kind]: await KINDS[kind]() });
  };
  for (const word of words) if (isKind(word)) await load(word);
  return (kind, options, enter) => open[kind]?.(options, enter) ?? null;
}
