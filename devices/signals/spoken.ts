/** Measured values under the names by which the firmware that runs says them. */
import { SCHEMA_FIELD, type Speech } from '#kernel';

export function spoken(
  measured: Readonly<Record<string, number>>,
  { schema, renames, drops, keeps }: Speech,
): Record<string, number> {
  const said: Record<string, number> = { [SCHEMA_FIELD]: schema };
  for (const [signal, value] of Object.entries(measured)) {
    if (drops.includes(signal)) continue;
    const name = renames[signal];
    if (name !== undefined) said[name] = value;
    if (name === undefined || keeps) said[signal] = value;
  }
  return said;
}
