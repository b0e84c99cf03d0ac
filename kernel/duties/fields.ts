/** Entries as somebody writes them by hand: what is left out is nothing. */
import type { FieldsOf, FieldValue, LedgerEntryOf } from '../ledger/entry.ts';
import { type FieldForm, OPS, type OpName } from '../ledger/ops.ts';

export type LooseFields = Readonly<Record<string, FieldValue>>;

/** All fields of an op. A name that it does not have is a mistake of whoever writes it. */
export function filled<O extends OpName>(op: O, given: LooseFields): FieldsOf<O> {
  const forms: Readonly<Record<string, FieldForm>> = OPS[op].fields;
  for (const name of Object.keys(given)) {
    if (!(name in forms)) throw new Error(`${op} has no field ${name}`);
  }
  const empty = Object.entries(forms).map(([name, form]) => [name, emptyOf(form)]);
  return { ...Object.fromEntries(empty), ...given } as FieldsOf<O>;
}

export const entryOf = <O extends OpName>(t: number, op: O, given: LooseFields): LedgerEntryOf<O> =>
  ({ t, op, device: -1, ...filled(op, given) }) as unknown as LedgerEntryOf<O>;

function emptyOf(form: FieldForm): FieldValue {
  if (form === 'text') return '';
  return form === 'boolean' ? false : form === 'device' ? -1 : 0;
}
