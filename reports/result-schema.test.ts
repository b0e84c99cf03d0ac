import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { environment, everyResult, failing } from './reporters/fixtures/results.ts';
import json from './reporters/json.ts';
import { resultJsonSchema } from './result-schema.ts';

const accepts = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(resultJsonSchema);

/** Every path to an object in a document whose keys are fixed; fault ids are free. */
function* objects(value: unknown, key = ''): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && key !== 'during') yield value as Record<string, unknown>;
  for (const [name, part] of Object.entries(value)) yield* objects(part, name);
}

describe('the schema of result.json', () => {
  it.each(everyResult)('accepts the %s result as it is written', (_, result) => {
    accepts(JSON.parse(json.render(result, environment)));
    expect(accepts.errors ?? []).toEqual([]);
  });

  it('requires every field and lets in no other, at every depth', () => {
    const document: unknown = structuredClone(failing);
    let fields = 0;
    for (const object of objects(document)) {
      for (const name of Object.keys(object)) {
        const kept = object[name];
        delete object[name];
        expect(accepts(document), `without ${name}`).toBe(false);
        object[name] = kept;
        fields++;
      }
      object.surplus = 1;
      expect(accepts(document), 'with a field too many').toBe(false);
      delete object.surplus;
    }
    expect(accepts(document)).toBe(true);
    expect(fields).toBeGreaterThan(200);
  });

  it.each([
    ['a verdict nobody knows', { verdict: 'maybe' }],
    ['an exit code nobody documented', { exitCode: 7 }],
    ['a negative count', { devices: -1 }],
    ['another schema', { schema: 'twinstorm.result/2' }],
    ['half a message', { messages: { ...failing.messages, lost: 0.5 } }],
  ])('refuses %s', (_, change) => {
    expect(accepts({ ...failing, ...change })).toBe(false);
  });
});
