/**
 * What every codec owes: the identity comes back as it was sent, values come back as far as the
 * codec carries them, the same envelope has the same bytes, and no bytes whatever make it throw.
 */
import { type Duty, type Envelope, type Random, tries } from '#kernel';
import type { Codec } from './codec.ts';

export const duties: readonly Duty<Codec>[] = [
  {
    says: 'reads back the identity that it wrote, and the values as they were sent',
    flaws: (codec) =>
      tries('codec-round-trip', 200, (random) => {
        const sent = drawnEnvelope(random);
        const payload = codec.encode(sent);
        const { n, e, t } = sent;
        const head = codec.head(payload);
        if (head?.n !== n || head.e !== e || head.t !== t) {
          return [`of ${textOf({ n, e, t })} it reads back ${textOf(head)}`];
        }
        return Object.entries(codec.values(payload))
          .filter(([name, value]) => !isSame(value, sent.v[name]))
          .map(([name, value]) => `of ${name} = ${textOf(sent.v[name])} it reads ${textOf(value)}`);
      }),
  },
  {
    says: 'carries every value',
    advice: true,
    flaws: (codec) =>
      tries('codec-values', 200, (random) => {
        const sent = drawnEnvelope(random);
        const back = codec.values(codec.encode(sent));
        const lost = Object.keys(sent.v).filter((name) => !isSame(back[name], sent.v[name]));
        return lost.map((name) => `it does not carry ${name} = ${textOf(sent.v[name])}`);
      }),
  },
  {
    says: 'writes the same bytes for the same envelope',
    flaws: (codec) =>
      tries('codec-bytes', 200, (random) => {
        const sent = drawnEnvelope(random);
        const payload = codec.encode(sent);
        if (!(payload instanceof Uint8Array))
          return [`encode gives no bytes but ${typeof payload}`];
        const same = textOf([...codec.encode(sent)]) === textOf([...payload]);
        return same ? [] : ['the second time it writes other bytes'];
      }),
  },
  {
    says: 'reads nothing from nothing',
    flaws: (codec) =>
      codec.head(new Uint8Array(0)) === null ? [] : ['it reads an identity from no bytes'],
  },
  {
    says: 'answers garbage with an identity or nothing, and never throws',
    flaws: (codec) =>
      tries('codec-garbage', 500, (random) => {
        const payload = damagedBytes(random, codec.encode(drawnEnvelope(random)));
        const head = codec.head(payload);
        const values: unknown = codec.values(payload);
        return [
          ...(head === null || isIdentity(head) ? [] : [`garbage reads as ${textOf(head)}`]),
          ...(typeof values === 'object' && values !== null
            ? []
            : [`of garbage, values are ${textOf(values)}`]),
        ];
      }),
  },
];

/** Numbers and instants as a run has them, and now and then at their edges. */
function drawnEnvelope(random: Random): Envelope {
  const names = Array.from({ length: random.below(5) }, () => drawnName(random));
  return {
    n: random.below(4) === 0 ? random.below(10) : random.below(2_000_000_000),
    e: random.below(1000),
    t: random.below(2) === 0 ? random.below(1e9) : random.between(0, 1e9),
    v: Object.fromEntries(names.map((name) => [name, drawnValue(random)])),
  };
}

const drawnName = (random: Random): string =>
  Array.from({ length: 1 + random.below(8) }, () =>
    String.fromCharCode(97 + random.below(26)),
  ).join('');

const EDGES = [0, -0, 1, -1, 0.1, 1e-7, 1e6, -1e6];

const drawnValue = (random: Random): number =>
  random.below(4) === 0 ? (EDGES[random.below(EDGES.length)] ?? 0) : random.between(-1e6, 1e6);

/** Noise, or what was written with a byte changed, lost or added. */
export function damagedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const byte = random.below(256);
  switch (random.below(4)) {
    case 0:
      return Uint8Array.from({ length: random.below(40) }, () => random.below(256));
    case 1:
      return bytes.map((one, index) => (index === at ? byte : one));
    case 2:
      return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]);
    default:
      return Uint8Array.from([...bytes.slice(0, at), byte, ...bytes.slice(at)]);
  }
}

const isIdentity = ({ n, e, t }: Omit<Envelope, 'v'>): boolean =>
  [n, e].every((one) => Number.isSafeInteger(one) && one >= 0) && Number.isFinite(t);

/** -0 has no form of its own in most codecs. */
const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'number' && typeof b === 'number' && a + 0 === b + 0);

const textOf = (value: unknown): string => JSON.stringify(value) ?? String(value);
