/**
 * `--target WORD` as an override: it says where the target is, and what the scenario says of it
 * besides (guarantees, credentials, topics) still holds. The platform twin takes none of that.
 */
import { readDocument } from './reading/document.ts';
import { NOT_OURS, OF_CONTAINERS, ofBroker } from './schema/target.ts';

/** By these a target map says which target it means. */
const WHICH: readonly string[] = [
  ...['url', 'process', 'container', 'kind', 'with', 'observe'],
  ...OF_CONTAINERS,
];

/** `source`: the text of a scenario, or its value. */
export function retargeted(source: unknown, word: string): string {
  const value = typeof source === 'string' ? readDocument(source, '').value : source;
  const rest = besides(value);
  const binary = /^process:\s*(\S.*)$/.exec(word)?.[1]?.trim();
  const isAddress = word.includes('://');
  if (Object.keys(rest).length === 0 || (binary === undefined && !isAddress)) {
    return `target=${JSON.stringify(word)}`;
  }
  if (binary === undefined) {
    const { broker, url } = ofBroker(word);
    const known = broker === null ? {} : { broker };
    return `target=${JSON.stringify({ url, ...rest, ...known })}`;
  }
  for (const key of NOT_OURS) delete rest[key];
  return `target=${JSON.stringify({ process: binary, ...rest })}`;
}

function besides(scenario: unknown): Record<string, unknown> {
  const target = isMap(scenario) ? scenario.target : null;
  if (!isMap(target)) return {};
  return Object.fromEntries(Object.entries(target).filter(([key]) => !WHICH.includes(key)));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
