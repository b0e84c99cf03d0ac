/**
 * What a packet of Sparkplug shows of the session that brought it, as observers write it down: its
 * type, its numbers, and which aliases it names and which it uses. A judge tells from that alone
 * whether the session was kept.
 */
import { SPARKPLUG_SEEN } from '#kernel';
import type { Frame } from '../dialect.ts';
import { decodePayload, type Metric } from './payload.ts';
import { readTopic } from './topics.ts';
import { NAMES, type Vocabulary } from './vocabulary.ts';

/** A number that a packet does not have. */
const NONE = -1;
/** What a text of the ledger holds; who names more than that is cut, and nobody relies on it. */
const TEXT_MAX = 850;

export function frameOf(
  run: string,
  vocabulary: Vocabulary,
  topic: string,
  bytes: Uint8Array,
): Frame | null {
  const place = readTopic(run, topic);
  const payload = place === null ? null : decodePayload(bytes);
  if (place === null || payload === null) return null;
  const { metrics, seq = NONE } = payload;
  const said = (name: string): Metric['value'] =>
    metrics.find((metric) => vocabulary.nameOf(metric) === name)?.value;
  const session = said(NAMES.session);
  const control = said(NAMES.rebirth);
  return {
    op: SPARKPLUG_SEEN,
    device: place.node,
    about: place.device,
    fields: {
      bare: metrics.filter(({ name, alias }) => name === undefined && alias === undefined).length,
      control: typeof control === 'boolean' ? Number(control) : NONE,
      seq: small(seq),
      session: typeof session === 'number' ? small(session) : NONE,
      type: place.type,
      named: rangesOf(metrics.filter(({ name }) => name !== undefined)),
      used: rangesOf(metrics.filter(({ name }) => name === undefined)),
    },
  };
}

/** Damage may make any number of it, and the ledger holds whole ones, of 53 bits with the sign. */
const small = (value: number): number =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 52 ? value : NONE;

/** As `3-7,12`. Aliases that are not held to the last digit are passed over. */
function rangesOf(metrics: readonly Metric[]): string {
  const whole = metrics.flatMap(({ alias }) => alias ?? []).filter(Number.isSafeInteger);
  const aliases = [...new Set(whole)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const alias of aliases) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === alias - 1) last[1] = alias;
    else ranges.push([alias, alias]);
  }
  const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const text = texts.join(',');
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`;
}
