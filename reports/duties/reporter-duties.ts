/**
 * What every reporter owes: a file of its own, the same text for the same result, whatever is in
 * it, and no harm done to what it was shown.
 */
import type { Duty } from '#kernel';
import { judge } from '../judge.ts';
import type { Reporter } from '../reporter.ts';
import type { Environment, Result } from '../result.ts';
import { emptyLedger, LANES_APART, smallLedger, smallPlan } from './small-run.ts';

export const duties: readonly Duty<Reporter>[] = [
  {
    says: 'writes a file with a plain name',
    flaws: ({ file }) =>
      /^[a-z0-9-]+(\.[a-z0-9]+)+$/.test(file)
        ? []
        : [`file must be like report.txt, not '${file}'`],
  },
  {
    says: 'renders any result, twice the same, and changes nothing',
    flaws: (reporter) =>
      Object.entries(results()).flatMap(([which, result]) => {
        const text = reporter.render(frozen(result), frozen(ENVIRONMENT));
        if (typeof text !== 'string') return [`of ${which} it renders no text`];
        const again = reporter.render(structuredClone(result), structuredClone(ENVIRONMENT));
        return again === text ? [] : [`of ${which} it renders otherwise the second time`];
      }),
  },
  {
    says: 'shows values and no accidents',
    flaws: (reporter) =>
      Object.entries(results()).flatMap(([which, result]) => {
        const text = reporter.render(result, ENVIRONMENT).replaceAll(/<script>.*?<\/script>/gs, '');
        const accident = /\b(?:NaN|Infinity|undefined)\b|\[object/.exec(text)?.[0];
        return [
          ...(accident === undefined ? [] : [`of ${which} it shows '${accident}'`]),
          ...(text.isWellFormed() ? [] : [`of ${which} it renders half a character`]),
        ];
      }),
  },
];

/** A run in which all went well, one of which nothing is known, and one with hostile names. */
function results(): Readonly<Record<string, Result>> {
  const judged = (segments: ReturnType<typeof emptyLedger>): Result =>
    judge({
      plan: smallPlan([]),
      planSha256: '',
      segments,
      checkers: [],
      proofs: [],
      oracles: [],
    });
  const good = judged(smallLedger(smallPlan([]), LANES_APART));
  const hostile = `<b>"'&]]>\u2028 é`;
  return {
    'a good run': good,
    'an empty run': judged(emptyLedger()),
    'hostile names': {
      ...good,
      scenario: { ...good.scenario, name: hostile, about: hostile },
      reasons: [hostile],
    },
  };
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

const ENVIRONMENT: Environment = {
  schema: 'twinstorm.environment/1',
  tool: '0.0.0',
  node: 'v24.0.0',
  platform: 'linux x64',
  cores: 2,
  memoryMiB: 2048,
  openFiles: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  zeroAt: null,
  wallSeconds: 1.5,
  run: 'sim',
  components: [{ name: 'platform twin', version: '0.0.0', how: 'in the process' }],
  processes: [{ name: 'sim', peakResidentMiB: 120, cpuSeconds: 1.25, worstLagMs: 0 }],
  mutantFired: null,
  notes: [],
};
