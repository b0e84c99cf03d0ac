/** What an operator may ask of a campaign, and what is wrong with it; who is in which wave. */
import { hashText, readSigned, type Serving, type SignedManifest, servingOf } from '#kernel';
import { isOf } from '../../device-ids.ts';

/** Shares are of a million. */
const WHOLE = 1_000_000;

export interface CampaignSpec {
  name: string;
  signed: SignedManifest;
  /** How the ids of its devices begin; empty for all. */
  of: string;
  /** How many of them have been offered it by each wave. */
  waves: readonly number[];
  /** So many of a wave must have it before the next begins, within so long. */
  success: number;
  withinMs: number;
  /** More of a wave may not have failed for good, whatever has been decided of it. */
  errors?: number;
  /** More of those who have it may not be unwell with it. */
  unwell?: number;
  /** So long enough of a wave must have had it before the next begins. */
  soakMs?: number;
  /** A device that says nothing for so long has not done it. */
  timeoutMs: number;
  /** So often it is offered to one device. */
  tries: number;
  /** So many offers go out in a minute, evenly. */
  rate?: number;
  /** Offers go out in there alone: milliseconds of the operator's time. */
  window?: Window;
  /** What the operator's clock showed when the platform's showed nothing. */
  zero: number;
  /** What was asked, but for the files, and when it was begun: what is asked again is known. */
  asked: string;
  begun: number;
  /** How a broken server would hand it out, where somebody wants to see what comes of that. */
  serves?: Serving;
}

interface Window {
  from: number;
  to: number;
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const IMAGE_CHARS_MAX = 700_000;
const TEXT_MAX = 256;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const NUMBERS = {
  success: [0, WHOLE],
  withinMs: [1, DAY_MS],
  timeoutMs: [1, DAY_MS],
  tries: [1, 100],
} as const;
const OPTIONAL = {
  errors: [0, WHOLE],
  unwell: [0, WHOLE],
  soakMs: [1, DAY_MS],
  rate: [1, MINUTE_MS],
} as const;

type Refuse = (status: 400, why: string) => never;

/** `clock` is what the platform's own shows as it is asked. */
export function readCampaign(
  name: string,
  body: unknown,
  clock: number,
  refuse: Refuse,
): { spec: CampaignSpec; image: Uint8Array } {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (!NAME.test(name)) refuse(400, 'a campaign is called by 1 to 64 of a-z, 0-9, . and -');
  const signed = readSigned(given.signed);
  if (signed === null) return refuse(400, 'signed is no signed manifest');
  const { of = '', waves, image } = given;
  const serves = servingOf(given.serves);
  if (given.serves !== undefined && serves === null) return refuse(400, 'nobody serves so');
  if (typeof of !== 'string' || of.length > TEXT_MAX) return refuse(400, 'of is a short text');
  if (typeof image !== 'string' || image.length > IMAGE_CHARS_MAX || !BASE64.test(image)) {
    return refuse(400, `image is base64 of up to ${IMAGE_CHARS_MAX} characters`);
  }
  const shares = Array.isArray(waves) ? waves : [];
  const rises = shares.every((share, at) => share > (shares[at - 1] ?? 0));
  const areShares = shares.length > 0 && shares.every((share) => isWhole(share, 1, WHOLE));
  if (!areShares || !rises) return refuse(400, `waves rise, each from 1 to ${WHOLE}`);
  for (const [key, [least, most]] of Object.entries({ ...NUMBERS, ...OPTIONAL })) {
    if (given[key] === undefined && key in OPTIONAL) continue;
    if (!isWhole(given[key], least, most)) refuse(400, `${key} is from ${least} to ${most}`);
  }
  const now = given.now ?? clock;
  if (typeof now !== 'number' || !Number.isFinite(now)) return refuse(400, 'now is a time in ms');
  return {
    spec: {
      ...{ name, signed, of, waves: shares, zero: now - clock },
      ...{ asked: JSON.stringify({ ...given, image: '', patch: '' }), begun: clock },
      ...numbersOf(given),
      ...optionalOf(given),
      ...windowOf(given.window, now, refuse),
      ...(serves === null ? {} : { serves }),
    },
    image: Buffer.from(image, 'base64'),
  };
}

const numbersOf = ({ success, withinMs, timeoutMs, tries }: Record<string, unknown>) => ({
  success: Number(success),
  withinMs: Number(withinMs),
  timeoutMs: Number(timeoutMs),
  tries: Number(tries),
});

/** Those that were given, which are whole numbers by now. */
const optionalOf = (given: Record<string, unknown>): { [K in keyof typeof OPTIONAL]?: number } =>
  Object.fromEntries(
    Object.keys(OPTIONAL).flatMap((key) =>
      given[key] === undefined ? [] : [[key, Number(given[key])]],
    ),
  );

function windowOf(value: unknown, now: number, refuse: Refuse): { window?: Window } {
  if (value === undefined) return {};
  const { from, to } = (value ?? {}) as Record<string, unknown>;
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    return refuse(400, 'a window has from and to, in ms');
  }
  const window: Window = { from: Number(from), to: Number(to) };
  if (window.to <= window.from) refuse(400, 'a window ends after it has begun');
  if (window.to <= now) refuse(400, 'the window is over');
  return { window };
}

/** Device and wave, for each device that it is of, in the order in which they are offered it. */
export function wavesOf(spec: CampaignSpec, ids: readonly string[]): [string, number][] {
  const { name, of, waves } = spec;
  const own = ids
    .filter((id) => isOf(of, id))
    .map((id) => ({ id, rank: hashText(`${name}/${id}`) }))
    .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  const ends = waves.map((share) => Math.ceil((own.length * share) / WHOLE));
  return own.flatMap(({ id }, at) => {
    const wave = ends.findIndex((end) => at < end);
    return wave < 0 ? [] : [[id, wave] as [string, number]];
  });
}

export interface Figures {
  confirmed: number;
  /** For good. */
  failed: number;
  /** Of those who have it. */
  unwell: number;
  total: number;
}

/** Whether a wave has passed (true), can pass no more (false), or may still (null). */
export function gateOf(
  { success }: CampaignSpec,
  { confirmed, failed, total }: Omit<Figures, 'unwell'>,
): boolean | null {
  if (confirmed * WHOLE >= success * total) return true;
  return (total - failed) * WHOLE < success * total ? false : null;
}

/** Whether more have failed than may. */
export const hasTooManyErrors = (
  { errors }: CampaignSpec,
  { failed, total }: Pick<Figures, 'failed' | 'total'>,
): boolean => errors !== undefined && failed * WHOLE > errors * total;

/** Whether more of those who have it are unwell with it than may. */
export const hasTooManyUnwell = (
  { unwell: most }: CampaignSpec,
  { unwell, total }: Pick<Figures, 'unwell' | 'total'>,
): boolean => most !== undefined && unwell * WHOLE > most * total;

/** Between two offers; nothing where there is no rate. */
export const spacingOf = ({ rate }: CampaignSpec): number =>
  rate === undefined ? 0 : Math.ceil(MINUTE_MS / rate);

/** The window on the platform's own clock; always where there is none. */
export const windowHere = ({ window, zero }: CampaignSpec): Window =>
  window === undefined
    ? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    : { from: window.from - zero, to: window.to - zero };

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
