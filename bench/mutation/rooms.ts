/**
 * The rooms whose tests are tried, each with the share of drawn faults that they must notice, and
 * the tests that may notice one, the nearest first: what a test beside the code does not see, one
 * further away may.
 */
export interface Room {
  name: string;
  /** Of production files, by the beginning of their paths. */
  files: readonly string[];
  share: number;
  /** What vitest is given, one call after the other, until one fails. */
  stages: readonly (readonly string[])[];
}

const JUDGES = [
  'reports/',
  'tests/never-pass.test.ts',
  'tests/strangers-told-once.test.ts',
] as const;

/** What whole runs of the library come to: what a device or the platform does otherwise shows. */
const FROZEN = ['tests/frozen.test.ts'] as const;

export const MUTATED_ROOMS: readonly Room[] = [
  {
    name: 'oracles',
    files: ['twins/oracles/'],
    share: 0.95,
    stages: [['twins/oracles/'], JUDGES, ['lives.test.ts']],
  },
  {
    name: 'checkers',
    files: ['reports/checkers/', 'reports/proofs/'],
    share: 0.95,
    stages: [['reports/checkers/', 'reports/proofs/', 'reports/judging/', 'reports/judge'], JUDGES],
  },
  {
    name: 'judging',
    files: ['reports/judging/', 'reports/judge.ts'],
    share: 0.95,
    stages: [['reports/judging/', 'reports/judge', 'reports/checkers/'], JUDGES],
  },
  {
    name: 'warden',
    files: ['harness/processes/', 'harness/run/undo.ts', 'harness/run/bounded'],
    share: 0.95,
    stages: [['harness/processes/', 'harness/run/'], ['tests/safety.test.ts']],
  },
  {
    name: 'plan',
    files: ['harness/plan/', 'kernel/plan/'],
    share: 0.85,
    stages: [
      ['harness/plan/', 'kernel/plan/'],
      ['scenarios/', 'harness/', 'tests/fleets.test.ts', 'tests/bad-input.test.ts'],
    ],
  },
  {
    name: 'agent',
    files: ['harness/fleet/', 'devices/parts/', 'devices/regions/'],
    share: 0.85,
    stages: [
      ['harness/fleet/', 'devices/'],
      [
        'tests/fleets.test.ts',
        'tests/carried.test.ts',
        'lives.test.ts',
        'tests/ota-ranges.test.ts',
        'tests/limits-of-parts.test.ts',
        'tests/bus-faults.test.ts',
      ],
      FROZEN,
    ],
  },
  {
    name: 'codec',
    files: ['kernel/ledger/', 'harness/dialects/', 'harness/wire/light-client-packets.ts'],
    share: 0.85,
    stages: [
      ['kernel/ledger/', 'harness/dialects/', 'harness/wire/', 'kernel/message'],
      ['harness/record/', 'reports/judging/', 'tests/ledger-fields.test.ts'],
    ],
  },
  {
    name: 'persistence',
    files: ['twins/platform/store/', 'twins/platform/broker/', 'twins/platform/services/'],
    share: 0.85,
    stages: [['twins/platform/'], ['tests/mutants.test.ts'], FROZEN],
  },
];
