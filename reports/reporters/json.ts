/**
 * The result document as it is: result.json. Keys stand in the order of the published schema,
 * whoever built the object, and lists of plain values on one line, so two results can be compared
 * line by line and, in the sim gear, byte by byte. The writer works on the text directly: a fault
 * named `__proto__` is a key like any other.
 */
import { defineReporter } from '../reporter.ts';
import { resultJsonSchema } from '../result-schema.ts';

export default defineReporter({
  kind: 'json',
  summary: 'The result document, versioned and described by a JSON Schema.',
  file: 'result.json',
  render: (result) => `${written(result, resultJsonSchema, '')}\n`,
});

/** The part of a JSON Schema that the order of keys needs. */
interface Shape {
  readonly [keyword: string]: unknown;
  properties?: Readonly<Record<string, Shape>>;
  items?: Shape;
  anyOf?: readonly Shape[];
  $ref?: string;
}

function written(value: unknown, shape: Shape | undefined, indent: string): string {
  const inner = `${indent}  `;
  const known = resolved(shape);
  if (Array.isArray(value)) {
    const plain = value.every((item) => item === null || typeof item !== 'object');
    const items = value.map((item) => written(item, known?.items, inner));
    if (items.length === 0) return '[]';
    return plain && !value.some((item) => typeof item === 'string')
      ? `[${items.join(', ')}]`
      : `[\n${items.map((item) => inner + item).join(',\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    if (fields.length === 0) return '{}';
    const sorted = inOrder(fields, Object.keys(known?.properties ?? {}));
    const lines = sorted.map(([key, field]) => {
      const at = known?.properties !== undefined && Object.hasOwn(known.properties, key);
      return `${inner}${JSON.stringify(key)}: ${written(field, at ? known.properties?.[key] : undefined, inner)}`;
    });
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Follows `$ref` and looks through "this or null". */
function resolved(shape: Shape | undefined): Shape | undefined {
  if (shape?.$ref !== undefined) {
    const name = shape.$ref.slice('#/$defs/'.length);
    const defs: Readonly<Record<string, Shape>> = resultJsonSchema.$defs;
    return defs[name];
  }
  return shape?.anyOf === undefined ? shape : resolved(shape.anyOf[0]);
}

/** Keys of the schema in its order, then the others by code unit. */
function inOrder(fields: [string, unknown][], order: readonly string[]): [string, unknown][] {
  const place = (key: string) => {
    const index = order.indexOf(key);
    return index < 0 ? order.length : index;
  };
  return fields.sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
}
