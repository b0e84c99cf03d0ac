/**
 * Which rows are in which split. By device, since windows of one device on both sides of a split
 * let a model learn who it is and not what ails it; by site or by what goes wrong, to see whether
 * it knows what it never saw; or by time, with rows left out between, as windows reach back. By a
 * hash wherever it can be, so that a larger fleet moves nobody.
 */
import { AuthorError, hashText, malfunctionsOf, type Plan } from '#kernel';

export interface Split {
  name: string;
  /** Of all devices, sites, mechanisms, or of the time. */
  share: number;
}

export const SPLIT_BY = ['device', 'site', 'mechanism', 'time'] as const;
export type SplitBy = (typeof SPLIT_BY)[number];

export interface Splitting {
  splits: readonly Split[];
  by: SplitBy;
  /** Between two splits by time so much is left out, in milliseconds. */
  embargoMs: number;
}

export const BY_DEVICE: Splitting = {
  splits: [
    { name: 'train', share: 0.7 },
    { name: 'validation', share: 0.15 },
    { name: 'test', share: 0.15 },
  ],
  by: 'device',
  embargoMs: 0,
};

/** Of what a device measured, what is in one split: from then on, until before then. */
export interface Stretch {
  split: string;
  /** Milliseconds of scenario time. */
  from: number;
  to: number;
}

const [EVER, NEVER] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** What of a device is in which split: all of it in one, but for a split by time. */
export function stretchesOf(plan: Plan, device: number, splitting: Splitting): Stretch[] {
  if (splitting.by === 'time') return stretchesIn(plan, splitting);
  const key = keyOf(plan, device, splitting.by);
  return [{ split: splitOf(plan.seed, key, splitting.splits), from: EVER, to: NEVER }];
}

function stretchesIn(plan: Plan, { splits, embargoMs }: Splitting): Stretch[] {
  const until = plan.phases.find(({ name }) => name === 'drain')?.from ?? 0;
  let share = 0;
  return splits.map((split, place) => {
    const from = place === 0 ? EVER : share * until + embargoMs;
    share += split.share;
    const to = place === splits.length - 1 ? NEVER : share * until;
    if (from < Math.min(to, until)) return { split: split.name, from, to };
    const message = `--embargo leaves nothing of the split ${split.name}`;
    const hint = 'make it shorter, or the share of the split larger';
    throw new AuthorError([{ code: 'flag', message, hint }]);
  });
}

/** Whoever is well is of no mechanism, and goes by itself. */
function keyOf(plan: Plan, device: number, by: SplitBy): string {
  const { id = '', site = '', entry = -1 } = plan.devices[device] ?? {};
  if (by === 'site') return `site/${site}`;
  const [first] = by === 'mechanism' ? malfunctionsOf(plan, device) : [];
  return first === undefined ? id : `${plan.entries[entry]?.model ?? ''}/${first.kind}`;
}

export function splitOf(seed: number, key: string, splits: readonly Split[]): string {
  const at = hashText(`${seed}/split/${key}`) / 4294967296;
  let below = 0;
  for (const { name, share } of splits) {
    below += share;
    if (at < below) return name;
  }
  return splits.at(-1)?.name ?? '';
}
