/** The small scenarios of the end-to-end tests, written as a person would write them. */

export interface Scene {
  name?: string;
  /** Flow map of the phases. */
  time?: string;
  fleet?: string;
  chaos?: readonly string[];
  expect?: readonly string[];
  /** Further top-level lines. */
  more?: readonly string[];
}

/** Long enough to hold every phase, short enough to run by the dozen. */
const TIME = '{ warmup: 2s, steady: 2s, chaos: 3s, settle: 2s, drain: 1s }';
const FLEET = '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, keep-alive: 4s }';

export function scene({ name, time, fleet, chaos, expect, more }: Scene = {}): string {
  return [
    'twinstorm: 1',
    `name: ${name ?? 'scene'}`,
    'about: A small fleet of an end-to-end test.',
    'seed: 5',
    `time: ${time ?? TIME}`,
    'fleet:',
    `  - ${fleet ?? FLEET}`,
    ...listOf('chaos', chaos),
    ...listOf('expect', expect),
    'report: [json]',
    ...(more ?? []),
    '',
  ].join('\n');
}

const listOf = (key: string, items: readonly string[] | undefined): string[] =>
  items === undefined ? [] : [`${key}:`, ...items.map((item) => `  - ${item}`)];
