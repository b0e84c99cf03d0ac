/** What goes wrong, when and to whom; and what stops the run when it goes too wrong. */
import { z } from 'zod';
import { mustBe, parseShare, parseSpan } from '#kernel';
import type { FaultWhere } from '../scenario.ts';
import { duration, instant, name, rawParams, share, whole, words } from './atoms.ts';

const selector = z
  .strictObject({
    region: name('Name of a region.').optional(),
    site: name('Name of a site: <region>-<k>.').optional(),
    entry: name('Id of a fleet entry.').optional(),
    model: name('Kind of device.').optional(),
    device: words('One device: <entry>/<site>/<k>.', 200).optional(),
    share: share('A part of what the rest selects, drawn from the seed.', {
      zero: false,
    }).optional(),
  })
  .meta({ description: 'All that is given must hold; empty means everybody.' })
  .transform((given): FaultWhere => {
    const stated = Object.entries(given).filter(([, value]) => value !== undefined);
    return Object.fromEntries(stated) as FaultWhere;
  });

const where = z.union(
  [
    share('A part of the fleet, drawn from the seed.', { zero: false }).transform(everyPart),
    selector,
  ],
  {
    error: (issue) => mustBe('a share such as 10% or a map such as { region: north }', issue.input),
  },
);

function everyPart(part: number): FaultWhere {
  return { share: part };
}

const state = words('A state of the device, as <region>.<state>: connection.backoff.', 100);

/** Of these, one at most; and what is tied to a state may begin all through the chaos phase. */
const tied = {
  while: z
    .strictObject({ state })
    .meta({ description: 'It acts on a device while that is in the state, for at most `for`.' })
    .optional(),
  when: z
    .strictObject({
      state,
      n: whole('For which time, since the fault may act.', 1, 1_000_000).prefault(1),
    })
    .meta({ description: 'It begins as a device enters the state for the n-th time.' })
    .optional(),
};

/**
 * `for` is still to be computed when the file gives `until`: that needs the lengths of the phases.
 */
export const chaosEntry = z
  .strictObject({
    id: name('Name of the fault in reports; <fault>-<k> when left out.').optional(),
    at: instant(
      'When it begins; where it is tied to a state, from when on it may: chaos, if left out.',
    ).optional(),
    for: duration('How long it lasts; every fault ends.', { min: 1 }).optional(),
    until: instant(
      'When it ends, instead of `for`; where it is tied to a state, when it is over for all.',
    ).optional(),
    ...tied,
    fault: name('Kind of fault, as `twinstorm list faults` names it.'),
    where: where.prefault({}),
    with: rawParams("The fault's own parameters.").prefault({}),
  })
  .superRefine((entry, context) => {
    const wrong = (key: string, message: string, hint?: string): void =>
      context.addIssue({
        code: 'custom',
        path: [key],
        message,
        ...(hint === undefined ? {} : { params: { hint } }),
      });
    const isTied = entry.while !== undefined || entry.when !== undefined;
    if (entry.while !== undefined && entry.when !== undefined) {
      wrong('when', 'cannot stand beside while', 'write two faults, one for each');
    }
    if (!isTied && entry.at === undefined) wrong('at', 'is missing');
    if (!isTied && entry.for !== undefined && entry.until !== undefined) {
      wrong('until', 'cannot stand beside for');
    }
    if (entry.for === undefined && isTied) {
      wrong('for', 'is missing: how long it may act on a device at a time', 'add for: 2s');
    } else if (entry.for === undefined && entry.until === undefined) {
      wrong('for', 'is missing: every fault must end', 'add for: 10s, or until: chaos+20s');
    }
  })
  .meta({
    description: 'One fault.',
    oneOf: [
      { required: ['at', 'for'], properties: without('until', 'while', 'when') },
      { required: ['at', 'until'], properties: without('for', 'while', 'when') },
      { required: ['while', 'for'], properties: without('when') },
      { required: ['when', 'for'], properties: without('while') },
    ],
  });

/** In a JSON Schema: keys that may not be there. */
function without(...keys: string[]): Record<string, false> {
  return Object.fromEntries(keys.map((key) => [key, false]));
}

/** The ids of faults in order: as given, else `<fault>-<k>`, counted over faults of that kind. */
export function faultIds(
  faults: readonly { id?: string | undefined; fault?: string | undefined }[],
): (string | undefined)[] {
  const ordinals = new Map<string, number>();
  return faults.map(({ id, fault }) => {
    if (fault === undefined) return id;
    const ordinal = (ordinals.get(fault) ?? 0) + 1;
    ordinals.set(fault, ordinal);
    return id ?? `${fault}-${ordinal}`;
  });
}

const condition = (about: string, example: string) =>
  z
    .string({ error: (issue) => mustBe(`a comparison such as '${example}'`, issue.input) })
    .max(60, { error: 'must not be longer than 60 characters' })
    .meta({ description: about, pattern: '^\\s*[<>]\\s*\\S.*$', examples: [example] });

const LIMITS = {
  connected: { read: parseShare, example: '< 20%' },
  lost: {
    read: (text: string) => (/^\d{1,12}$/.test(text) ? Number(text) : undefined),
    example: '> 0',
  },
  p99: { read: parseSpan, example: '> 2s' },
} as const;
const METRICS = ['connected', 'lost', 'p99'] as const;

export const stopWhen = z
  .strictObject({
    connected: condition(
      'Share of the fleet that is connected, or asleep by its own plan.',
      LIMITS.connected.example,
    ).optional(),
    lost: condition('Messages known to be lost.', LIMITS.lost.example).optional(),
    p99: condition('99th percentile of latency.', LIMITS.p99.example).optional(),
    for: duration('How long it must hold without a break.').prefault('0s'),
  })
  .meta({
    description: 'A condition that halts the run, heals, and makes it a fail.',
    oneOf: METRICS.map((metric) => ({ required: [metric] })),
  })
  .transform((given, context) => {
    const wrong = (key: string | null, message: string, hint: string) => {
      const path = key === null ? [] : [key];
      context.issues.push({ code: 'custom', input: given, path, message, params: { hint } });
      return z.NEVER;
    };
    const named = METRICS.filter((metric) => given[metric] !== undefined);
    const [metric] = named;
    if (metric === undefined || named.length > 1) {
      return wrong(null, `must name exactly one of ${METRICS.join(', ')}`, "connected: '< 20%'");
    }
    const written = given[metric] ?? '';
    const match = /^\s*([<>])(.*)$/s.exec(written.slice(0, 60));
    const limit = LIMITS[metric].read((match?.[2] ?? '').trim());
    const { example } = LIMITS[metric];
    if (limit === undefined) {
      return wrong(metric, mustBe('a comparison', written), `such as '${example}'`);
    }
    const below = match?.[1] === '<';
    return { metric, below: below ? limit : null, above: below ? null : limit, forMs: given.for };
  });
