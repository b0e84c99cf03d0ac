/**
 * A codec held to its contract. It may be a user's own: what it throws, or writes that is no
 * payload, ends the run under its name, since taken for a payload that cannot be read its mistake
 * would be charged to the target. One that loses an identity is found before anything runs: every
 * message would be a stranger, and the target would look like the culprit.
 */
import { type Envelope, guardedAs, Misuse, mustBe, type Problem, WorldError } from '#kernel';
import type { Codec } from './codec.ts';

/** Numbers of one byte, and of more than two. */
const SAMPLES: readonly Envelope[] = [
  { n: 0, e: 1, t: 0, v: {} },
  { n: 70_000, e: 3, t: 12_300, v: { temperature: 4.5 } },
];

/** What one round trip shows. */
export function codecProblems(codec: Codec): Problem[] {
  try {
    const held = heldCodec(codec);
    for (const sample of SAMPLES) {
      const { n, e, t } = sample;
      const head = held.head(held.encode(sample));
      if (head?.n === n && head.e === e && head.t === t) continue;
      const said = `${textOf({ n, e, t })} came back as ${textOf(head)}`;
      return [problem(`the codec ${codec.kind} reads another identity than it wrote: ${said}`)];
    }
    return [];
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return [problem(error.message)];
  }
}

/** Of whatever a codec makes of it: what JSON has no form for is told too. */
const textOf = (head: unknown): string =>
  JSON.stringify(head, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ??
  String(head);

const problem = (message: string): Problem => ({
  code: 'codec',
  path: 'target.codec',
  message,
  hint: 'head(encode(x)) must give back n, e and t of x',
});

export function heldCodec(codec: Codec): Codec {
  const who = `the codec ${codec.kind}`;
  return {
    ...codec,
    encode: guardedAs(who, 'encode', (envelope: Envelope) => {
      const payload: unknown = codec.encode(envelope);
      if (payload instanceof Uint8Array) return payload;
      throw new Misuse(`what it returns ${mustBe('a Uint8Array', payload)}`);
    }),
    head: guardedAs(who, 'head', (payload: Uint8Array) => codec.head(payload)),
    values: guardedAs(who, 'values', (payload: Uint8Array) => codec.values(payload)),
  };
}
