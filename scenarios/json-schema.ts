/**
 * The file's schema as JSON Schema (draft 2020-12), for editors: completion, hover texts, red lines
 * while typing. The shape comes from the same declaration that reads files; the names of models,
 * faults and checkers, and what each takes, come from the plug-ins that are there.
 */
import { z } from 'zod';
import { type Catalog, groupsOf, type Param, type Params, type Word } from '#kernel';
import { SPAN_PATTERN } from './schema/atoms.ts';
import { scenarioFile } from './schema.ts';

type Json = Record<string, unknown>;

export function scenarioJsonSchema(catalog?: Catalog): Json {
  const schema: Json = z.toJSONSchema(scenarioFile, { io: 'input', target: 'draft-2020-12' });
  if (catalog === undefined) return schema;
  const words = (family: string): Word[] => [...(catalog.words(family)?.values() ?? [])];
  // Plug-ins of a user's own are unknown to us: a file that brings some is not held to our names,
  // and neither is one whose target has hands, each of which is the name of a fault.
  const hasHands = { required: ['target'], properties: { target: { required: ['hands'] } } };
  return {
    ...schema,
    if: { not: { anyOf: [{ required: ['plugins'] }, hasHands] } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
    then: {
      properties: {
        fleet: { items: fleetItem(words('model'), words('part')) },
        workflows: { items: kindWithParams(words('workflow'), true) },
        chaos: { items: named('fault', words('fault')) },
        expect: { items: kindWithParams(words('checker')) },
      },
    },
  };
}

function fleetItem(models: readonly Word[], parts: readonly Word[]): Json {
  const { properties, ...more } = named('model', models);
  const list = { items: kindWithParams(parts) };
  return { properties: { ...(properties as Json), parts: list }, ...more };
}

/** `key` must be one of the kinds, and `with` what that kind takes. */
function named(key: string, kinds: readonly Word[]): Json {
  if (kinds.length === 0) return { properties: { [key]: oneOf(kinds) } };
  return {
    properties: { [key]: oneOf(kinds) },
    allOf: kinds.map(({ kind, params }) => ({
      if: { properties: { [key]: { const: kind } }, required: [key] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
      then: { properties: { with: paramsSchema(params) } },
    })),
  };
}

/** What a workflow takes may stand in a file of its own. */
const IN_A_FILE: Json = {
  type: 'string',
  minLength: 1,
  description: 'A file with what stands here otherwise, relative to this one.',
};

/** A kind alone, or a map from it to what it takes, or to a list of that. */
function kindWithParams(kinds: readonly Word[], mayBeSeveral = false): Json {
  const forms = (params: Params): Json[] => {
    const one = paramsSchema(params);
    return mayBeSeveral ? [one, { type: 'array', items: one, minItems: 1 }, IN_A_FILE] : [one];
  };
  return {
    anyOf: [
      oneOf(kinds),
      {
        type: 'object',
        properties: Object.fromEntries(
          kinds.map(({ kind, summary, params }) => [
            kind,
            { anyOf: [...forms(params), { type: 'null' }], ...described(summary) },
          ]),
        ),
        additionalProperties: false,
      },
    ],
  };
}

/** No kind at all fits where there is none: an empty list would be no schema. */
const oneOf = (kinds: readonly Word[]): Json =>
  kinds.length === 0
    ? { not: {} }
    : { oneOf: kinds.map(({ kind, summary }) => ({ const: kind, ...described(summary) })) };

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
  const unit = 'unit' in param ? param.unit : undefined;
  const common = {
    description: unit === undefined ? param.about : `${param.about} (${unit})`,
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
    case 'list':
      return { ...common, type: 'array', items: paramSchema(param.of), ...sizes(param) };
    case 'map':
      return { ...common, type: 'object', additionalProperties: paramSchema(param.of) };
    case 'record':
      return { ...paramsSchema(param.fields), ...common };
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

const sizes = ({ min, max }: { min?: number; max?: number }): Json => ({
  ...(min === undefined ? {} : { minItems: min }),
  ...(max === undefined ? {} : { maxItems: max }),
});

const described = (summary: string | undefined): Json =>
  summary === undefined ? {} : { description: summary };
