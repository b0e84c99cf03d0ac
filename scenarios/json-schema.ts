/**
 * The file's schema as JSON Schema (draft 2020-12), for editors: completion, hover texts, red lines
 * while typing. The shape comes from the same declaration that reads files; the names of models,
 * faults and checkers, and what each takes, come from the plug-ins that are there.
 */
import { z } from 'zod';
import type { Param, Params } from '#kernel';
import { groupsOf } from './params.ts';
import { SPAN_PATTERN } from './schema/atoms.ts';
import { scenarioFile } from './schema.ts';

type Json = Record<string, unknown>;

interface Named {
  kind: string;
  summary?: string;
}

/** Plug-ins as they are; only what a person needs to know of them is read. */
export interface SchemaVocabulary {
  models: readonly (Named & {
    params: Readonly<Record<string, { about: string; unit: string; min?: number; max?: number }>>;
  })[];
  faults: readonly (Named & { params: Params })[];
  checkers: readonly (Named & { params: Params })[];
}

export function scenarioJsonSchema(vocabulary?: SchemaVocabulary): Json {
  const schema: Json = z.toJSONSchema(scenarioFile, { io: 'input', target: 'draft-2020-12' });
  if (vocabulary === undefined) return schema;
  // Plug-ins of a user's own are unknown to us: a file that brings some is not held to our names.
  return {
    ...schema,
    if: { not: { required: ['plugins'] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
    then: {
      properties: {
        fleet: { items: named('model', vocabulary.models, modelParams) },
        chaos: { items: named('fault', vocabulary.faults, ({ params }) => paramsSchema(params)) },
        expect: { items: expectation(vocabulary.checkers) },
      },
    },
  };
}

/** `key` must be one of the kinds, and `with` what that kind takes. */
function named<T extends Named>(key: string, kinds: readonly T[], takes: (kind: T) => Json): Json {
  return {
    properties: { [key]: { oneOf: kinds.map(choice) } },
    allOf: kinds.map((kind) => ({
      if: { properties: { [key]: { const: kind.kind } }, required: [key] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
      then: { properties: { with: takes(kind) } },
    })),
  };
}

function expectation(checkers: SchemaVocabulary['checkers']): Json {
  return {
    anyOf: [
      { oneOf: checkers.map(choice) },
      {
        type: 'object',
        properties: Object.fromEntries(
          checkers.map(({ kind, summary, params }) => [
            kind,
            { anyOf: [paramsSchema(params), { type: 'null' }], ...described(summary) },
          ]),
        ),
        additionalProperties: false,
      },
    ],
  };
}

function modelParams(model: SchemaVocabulary['models'][number]): Json {
  const properties = Object.entries(model.params).map(([name, { about, unit, min, max }]) => [
    name,
    {
      type: 'number',
      description: unit === '' ? about : `${about} (${unit})`,
      ...(min === undefined ? {} : { minimum: min }),
      ...(max === undefined ? {} : { maximum: max }),
    },
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function paramsSchema(params: Params): Json {
  const entries = Object.entries(params);
  const required = entries
    .filter(([, param]) => param.default === undefined && param.optional !== true)
    .map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, param]) => [name, paramSchema(param)])),
    required,
    additionalProperties: false,
    ...atLeastOne(groupsOf(params)),
  };
}

function atLeastOne(groups: readonly string[][]): Json {
  if (groups.length === 0) return {};
  return {
    allOf: groups.map((names) => ({ anyOf: names.map((name) => ({ required: [name] })) })),
  };
}

function paramSchema(param: Param): Json {
  const common = {
    description: param.about,
    ...(param.default === undefined ? {} : { default: param.default }),
  };
  switch (param.kind) {
    case 'duration':
      return { ...common, type: 'string', pattern: SPAN_PATTERN };
    case 'share':
      return { ...common, anyOf: [{ type: 'string', pattern: '%\\s*$' }, { type: 'number' }] };
    case 'bytes-per-second':
      return { ...common, type: 'string', pattern: '(B|bit)/s\\s*$' };
    case 'choice':
      return { ...common, enum: param.of };
    case 'text':
      return { ...common, type: 'string', minLength: 1 };
    case 'boolean':
      return { ...common, type: 'boolean' };
    case 'integer':
    case 'number': {
      const bounds = {
        ...(param.min === undefined ? {} : { minimum: param.min }),
        ...(param.max === undefined ? {} : { maximum: param.max }),
      };
      const bare = { type: param.kind, ...bounds };
      return param.unit === undefined
        ? { ...common, ...bare }
        : { ...common, anyOf: [bare, { type: 'string' }] };
    }
  }
}

const choice = ({ kind, summary }: Named): Json => ({ const: kind, ...described(summary) });

const described = (summary: string | undefined): Json =>
  summary === undefined ? {} : { description: summary };
