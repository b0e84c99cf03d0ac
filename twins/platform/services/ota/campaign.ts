/** What an operator may ask of a campaign, and what is wrong with it; who is in which wave. */
import { hashText, readSigned, type Serving, type SignedManifest, servingOf } from '#kernel';

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
  /** A device that says nothing for so long has not done it. */
  timeoutMs: number;
  /** So often it is offered to one device. */
  tries: number;
  /** How a broken server would hand it out, where somebody wants to see what comes of that. */
  serves?: Serving;
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const IMAGE_CHARS_MAX = 700_000;
const TEXT_MAX = 256;
const DAY_MS = 86_400_000;

type Refuse = (status: 400, why: string) => never;

export function readCampaign(
  name: string,
  body: unknown,
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
  const numbers: Record<'success' | 'withinMs' | 'timeoutMs' | 'tries', [number, number]> = {
    success: [0, WHOLE],
    withinMs: [1, DAY_MS],
    timeoutMs: [1, DAY_MS],
    tries: [1, 100],
  };
  for (const [key, [least, most]] of Object.entries(numbers)) {
    if (!isWhole(given[key], least, most)) refuse(400, `${key} is from ${least} to ${most}`);
  }
  const [success, withinMs] = [Number(given.success), Number(given.withinMs)];
  const [timeoutMs, tries] = [Number(given.timeoutMs), Number(given.tries)];
  return {
    spec: {
      ...{ name, signed, of, waves: shares, success, withinMs, timeoutMs, tries },
      ...(serves === null ? {} : { serves }),
    },
    image: Buffer.from(image, 'base64'),
  };
}

/** Device and wave, for each device that it is of, in the order in which they are offered it. */
export function wavesOf(spec: CampaignSpec, ids: readonly string[]): [string, number][] {
  const { name, of, waves } = spec;
  const own = ids
    .filter((id) => of === '' || `${id}/`.startsWith(`${of}/`))
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
  total: number;
}

/** Whether a wave has passed (true), can pass no more (false), or may still (null). */
export function gateOf({ success }: CampaignSpec, { confirmed, failed, total }: Figures) {
  if (confirmed * WHOLE >= success * total) return true;
  return (total - failed) * WHOLE < success * total ? false : null;
}

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
