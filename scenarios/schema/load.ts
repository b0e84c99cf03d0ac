/**
 * Load that k6 puts on the target beside the fleet. Its virtual users are devices of the run: named
 * `k6/<id>/<vu>`, and so many as the file says, since whoever is judged must be known.
 */
import { z } from 'zod';
import { mustBe } from '#kernel';
import type { ScenarioLoad } from '../scenario.ts';
import { duration, NAME, name, qos, whole, words } from './atoms.ts';

const VUS_MAX = 10_000;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** What the run itself tells a script. */
const OURS = /^TWINSTORM_/i;

const env = z
  .record(
    z
      .string()
      .regex(VARIABLE, { error: 'must be the name of a variable: letters, digits and _' })
      .refine((key) => !OURS.test(key), { error: 'is a name that the run itself gives' }),
    z.union([z.string(), z.number(), z.boolean()], {
      error: (issue) => mustBe('a text, a number, true or false', issue.input),
    }),
    { error: (issue) => mustBe('a map of variables', issue.input) },
  )
  .meta({ description: 'What the script finds in __ENV; no secrets, they would be in the plan.' });

const one = z
  .strictObject({
    k6: words('The script, relative to this file.'),
    id: name("Name of it; the script's own when left out.").optional(),
    vus: whole('How many virtual users, all of them from its start.', 1, VUS_MAX).prefault(1),
    every: duration(
      'How long a user takes at least from one message to the next; told to the script.',
      { min: 1 },
    ).prefault('1s'),
    qos: qos().prefault(1),
    from: z
      .enum(['warmup', 'steady'])
      .prefault('warmup')
      .meta({ description: 'The phase with which it begins; it has ended before drain.' }),
    network: name('Network profile of its users.').optional(),
    env: env.prefault({}),
  })
  .meta({ description: 'A k6 script that runs beside the fleet, in the real gear.' })
  .transform(
    (given): Omit<ScenarioLoad, 'place'> => ({
      id: given.id ?? loadId(given.k6),
      script: given.k6,
      vus: given.vus,
      everyMs: given.every,
      qos: given.qos,
      from: given.from,
      network: given.network ?? null,
      env: Object.fromEntries(
        Object.entries(given.env).map(([key, value]) => [key, String(value)]),
      ),
    }),
  );

export const load = z
  .union([one, z.array(one).max(50, { error: 'must not have more than 50 items' })], {
    error: (issue) => mustBe('a map such as { k6: script.ts, vus: 5 }, or a list', issue.input),
  })
  .meta({ description: 'Load that k6 puts on the target beside the fleet.' })
  .transform((given): ScenarioLoad[] =>
    Array.isArray(given)
      ? given.map((item, at) => ({ ...item, place: `load[${at}]` }))
      : [{ ...given, place: 'load' }],
  );

/** `../k6/telemetry.ts` is called telemetry; what is no name of ours makes an empty one. */
export function loadId(script: string): string {
  const base = script.split('/').at(-1) ?? '';
  const id = base.replace(/[.][cm]?[jt]s$/, '');
  return NAME.test(id) ? id : '';
}
