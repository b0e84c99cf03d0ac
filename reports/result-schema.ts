/**
 * The JSON Schema of result.json, for scripts that read it and for `twinstorm schema --result`.
 * Written by hand beside result.ts and held to it by tests: every field that the type requires is
 * required here, and nothing else is let in, so a field cannot be added to the one without the
 * other.
 */
import { RESULT_SCHEMA, SENSES } from './result.ts';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const ms = { type: 'number', description: "Milliseconds since the run's start." } as const;
const spanOrNull = {
  type: ['number', 'null'],
  description: 'Milliseconds; null for never or none.',
} as const;
const verdict = { enum: ['pass', 'fail', 'unknown', 'invalid'] } as const;
const listOf = <T>(items: T) => ({ type: 'array', items }) as const;

/** An object whose every field is required, but for those named, and which has no other. */
const record = <P extends Readonly<Record<string, unknown>>>(
  properties: P,
  ...maybe: readonly (keyof P & string)[]
) =>
  ({
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !maybe.includes(name)),
    additionalProperties: false,
  }) as const;

/** A run with a planted bug says what that did, and another says nothing of it. */
const withMutant = {
  if: {
    type: 'object',
    properties: { target: { type: 'object', properties: { mutant: { type: 'string' } } } },
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['mutantFired'] },
  else: { not: { required: ['mutantFired'] } },
} as const;

const events = listOf(record({ t: ms, who: text, what: text }));

const finding = record(
  {
    message: text,
    devices: listOf(text),
    at: ms,
    witness: events,
    story: { ...events, description: 'What led there.' },
  },
  'story',
);

const checker = record({
  id: text,
  label: { ...text, description: 'The phase or fault it was asked for, where it has one.' },
  title: text,
  refs: listOf(text),
  verdict: { enum: [...verdict.enum, 'not-applicable'] },
  expected: { type: 'boolean', description: "Whether the scenario's `expect` names it." },
  obligations: count,
  decided: count,
  undecided: count,
  summary: text,
  findingCount: { ...count, description: 'All violations, also those beyond the listed ones.' },
  findings: listOf({ $ref: '#/$defs/finding' }),
});

const recovery = record({
  disconnectedShare: { type: 'number', minimum: 0, maximum: 1 },
  detectMs: spanOrNull,
  peakReconnectsPerSecond: { type: 'number', minimum: 0 },
  to50Ms: spanOrNull,
  to95Ms: spanOrNull,
  to99Ms: spanOrNull,
  to100Ms: spanOrNull,
  backlogMs: spanOrNull,
  latencyMs: spanOrNull,
});

const fault = record({
  id: text,
  fault: text,
  targets: { ...count, description: 'How many devices it was aimed at.' },
  from: ms,
  to: ms,
  effective: { type: ['boolean', 'null'], description: 'Null when it could not be decided.' },
  evidence: text,
  recovery: { anyOf: [{ $ref: '#/$defs/recovery' }, { type: 'null' }] },
});

const series = record({
  name: text,
  unit: text,
  t0: ms,
  step: { type: 'number', exclusiveMinimum: 0, description: 'Width of a bucket in ms.' },
  values: listOf({ type: ['number', 'null'] }),
});

const unit = { enum: ['count', 'ms', 'bytes', 'share'] } as const;
const figureOrNull = { type: ['number', 'null'] } as const;

const spanFigures = {
  count,
  p50: spanOrNull,
  p90: spanOrNull,
  p99: spanOrNull,
  p999: spanOrNull,
  max: spanOrNull,
} as const;

const sense = { enum: SENSES, description: 'What it means, by which it is coloured.' } as const;

const course = record({
  title: text,
  about: text,
  parts: listOf(record({ sense, series: { $ref: '#/$defs/series' } })),
  rows: listOf(listOf(record({ from: ms, to: ms, labels: listOf(text), sense }))),
});

const chapter = {
  ...record(
    {
      id: text,
      title: text,
      lead: text,
      figures: listOf(record({ label: text, value: figureOrNull, unit })),
      wholes: listOf(
        record({ title: text, parts: listOf(record({ label: text, count, sense }, 'sense')) }),
      ),
      spans: listOf(record({ name: text, ...spanFigures })),
      series: listOf({ $ref: '#/$defs/series' }),
      tables: listOf(
        record({
          title: text,
          columns: listOf(record({ title: text, unit: { enum: [...unit.enum, 'text'] } })),
          rows: listOf(listOf({ type: ['string', 'number', 'null'] })),
        }),
      ),
      courses: {
        ...listOf({ $ref: '#/$defs/course' }),
        description: 'How many of a whole were in which part at each time.',
      },
    },
    'courses',
  ),
  description: 'How one capability fared.',
} as const;

const tracedThing = record({
  id: text,
  title: text,
  says: text,
  role: { enum: ['cause', 'itself', 'effect'] },
  how: { ...text, description: 'What it was to the next one.' },
  depth: count,
  hops: listOf(
    record({
      t: ms,
      since: spanOrNull,
      where: text,
      who: text,
      as: text,
      what: text,
      faults: listOf(text),
      found: { type: 'boolean' },
      aside: { type: 'boolean' },
      byTarget: { type: 'boolean' },
    }),
  ),
  left: count,
});

const trace = record({
  id: text,
  title: text,
  why: text,
  from: ms,
  to: ms,
  things: listOf(tracedThing),
  left: count,
  targetAhead: { type: 'number', description: 'In ms; instants told by it are set right.' },
});

const tracing = {
  ...record({
    worth: listOf(record({ id: text, why: text, at: ms, took: spanOrNull })),
    traces: listOf({ $ref: '#/$defs/trace' }),
  }),
  description: 'The ways of a few things, hop by hop; absent where nobody told any.',
};

const messages = {
  ...record({
    intended: count,
    delivered: count,
    lost: count,
    refused: count,
    notSent: count,
    info: count,
    duplicates: count,
  }),
  description: 'Intended is the sum of the next five; duplicates are counted apart.',
};

export const resultJsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The result of a Twinstorm run',
  ...record(
    {
      schema: { const: RESULT_SCHEMA },
      scenario: record({ name: text, about: text, sha256: text }),
      seed: { type: 'number' },
      gear: { enum: ['sim', 'real'] },
      target: record({ kind: text, name: text, mutant: { type: ['string', 'null'] } }),
      mutantFired: {
        type: ['integer', 'null'],
        minimum: 0,
        description: 'How often the planted bug did its harm; null where nobody counted.',
      },
      verdict,
      exitCode: { enum: [0, 1, 2, 4, 130] },
      reasons: { ...listOf(text), description: 'One sentence each, the weightiest first.' },
      devices: count,
      carried: { ...count, description: 'Devices that sit behind others; absent where none does.' },
      messages,
      phases: listOf(record({ name: text, from: ms, to: ms })),
      latency: listOf(record({ phase: text, ...spanFigures })),
      checkers: listOf({ $ref: '#/$defs/checker' }),
      faults: listOf({ $ref: '#/$defs/fault' }),
      series: listOf({ $ref: '#/$defs/series' }),
      coverage: record({
        states: listOf(
          record({
            state: text,
            visits: count,
            devices: count,
            during: { type: 'object', additionalProperties: count },
          }),
        ),
        transitions: listOf(record({ from: text, to: text, count })),
      }),
      biases: listOf(text),
      chapters: {
        ...listOf({ $ref: '#/$defs/chapter' }),
        description: 'One per capability that the run had; absent where there was none.',
      },
      tracing,
      replay: text,
    },
    'carried',
    'chapters',
    'mutantFired',
    'tracing',
  ),
  ...withMutant,
  $defs: { chapter, checker, course, fault, finding, recovery, series, trace },
} as const;
