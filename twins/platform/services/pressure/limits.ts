/** What an operator allows a platform to take, and what it may do with more than that. */
export const POLICIES = ['refuse', 'sample'] as const;

export interface Limits {
  /** Messages a second that it takes. */
  capacity: number;
  /** Messages that may be on their way in: waiting for their turn, or for the commit. */
  queue: number;
  /** Streams of which messages may be passed over. */
  sheds: readonly string[];
  policy: (typeof POLICIES)[number];
  /** Of a device, one of so many is kept by `sample` while the platform is limited. */
  keepOneOf: number;
  /** Shares of the queue: limited from the first on, and over once it is below the second. */
  limitedAt: number;
  normalAt: number;
  /** What is better must have been so for this long. */
  holdMs: number;
  /** So old a message may grow in the store before the platform only reads. */
  readOnlyAfterMs: number;
}

const whole =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high;
const share = (value: unknown): boolean => typeof value === 'number' && value > 0 && value <= 1;

const FORMS: Readonly<Record<keyof Limits, (value: unknown) => boolean>> = {
  capacity: whole(1, 1_000_000),
  queue: whole(1, 1_000_000),
  sheds: (value) =>
    Array.isArray(value) && value.length <= 16 && value.every((one) => typeof one === 'string'),
  policy: (value) => POLICIES.some((one) => one === value),
  keepOneOf: whole(1, 1000),
  limitedAt: share,
  normalAt: share,
  holdMs: whole(0, 3_600_000),
  readOnlyAfterMs: whole(1, 3_600_000),
};

/** The limits in what somebody sends, or what is wrong with it. */
export function readLimits(body: unknown): Limits | string {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  for (const [name, fits] of Object.entries(FORMS)) {
    if (!fits(given[name])) return `${name} is missing, or beyond what can be asked for`;
  }
  const limits = Object.fromEntries(Object.keys(FORMS).map((name) => [name, given[name]]));
  const { limitedAt, normalAt } = limits as unknown as Limits;
  // Else it would go to and fro at one depth.
  if (normalAt >= limitedAt) return 'normalAt must be below limitedAt';
  return limits as unknown as Limits;
}
