/**
 * What a reading says, as the ledger has it. A text there has an end, and a device may measure more
 * than finds room before that: then it is told in several, each with other names, one after the
 * other. What nobody can read says nothing, which is not to say that it says of nothing.
 */
import { TEXT_BYTES_MAX } from '../ledger/encoder.ts';

type Values = Readonly<Record<string, number>>;

/** As JSON; one for all that finds room in one. */
export function readingTexts(values: Values): string[] {
  const utf8 = new TextEncoder();
  const sizeOf = (text: string): number => utf8.encode(text).length;
  const whole = JSON.stringify(values);
  if (sizeOf(whole) <= TEXT_BYTES_MAX) return [whole];
  const texts: string[] = [];
  let [own, size]: [[string, number][], number] = [[], 0];
  const tell = (): void => void texts.push(JSON.stringify(Object.fromEntries(own)));
  for (const entry of Object.entries(values)) {
    // With a comma before it, or a brace.
    const more = sizeOf(JSON.stringify(Object.fromEntries([entry]))) - 1;
    if (own.length > 0 && size + more + 1 > TEXT_BYTES_MAX) {
      tell();
      [own, size] = [[], 0];
    }
    own.push(entry);
    size += more;
  }
  tell();
  return texts;
}

/** Null for what cannot be read, such as a text that was cut. */
export function readingIn(text: string): Record<string, number> | null {
  try {
    const values: unknown = JSON.parse(text);
    return typeof values === 'object' && values !== null ? (values as Values) : null;
  } catch {
    return null;
  }
}

/** Whether that goes on with what this said: who says the same once more repeats its names. */
export function isMoreOf(values: object, more: object): boolean {
  const names = Object.keys(more);
  return names.length > 0 && !names.some((name) => Object.hasOwn(values, name));
}
