/**
 * A service is looked at whole before anything of it runs: a plug-in that forgot something, or that
 * would share a table or a seam with another without either knowing, is refused with every reason
 * at once.
 */
import type { ServiceKind } from './service.ts';
import { serviceShape } from './service-shape.ts';
import { BROKER_SCHEMA } from './store/broker-tables.ts';

/** Every sentence says which service and what is wrong; none when all is well. */
export function problemsOf(kinds: readonly ServiceKind[], taken: readonly string[]): string[] {
  const problems = kinds.flatMap((kind) => shapeOf(kind).map((why) => `${nameOf(kind)}: ${why}`));
  if (problems.length > 0) return problems;
  const tables = kinds.flatMap(({ schema }) => tablesOf(schema));
  return [
    ...twice(kinds.map(({ kind }) => kind)).map((name) => `two services are called '${name}'`),
    ...twice([...tablesOf(BROKER_SCHEMA), ...tables]).map(
      (name) => `the table '${name}' belongs to two`,
    ),
    ...twice([...taken, ...kinds.flatMap(({ seams }) => seams ?? [])]).map(
      (name) => `the seam '${name}' belongs to two`,
    ),
  ];
}

function shapeOf(kind: ServiceKind): string[] {
  const flaws = serviceShape.check(kind);
  if (flaws.length > 0 || statementsOf(kind.schema).every((one) => KEEPS.test(one))) return flaws;
  return ['schema must be CREATE … IF NOT EXISTS statements'];
}

/** Run again at every start, a schema must leave alone what is there. */
const KEEPS = /^CREATE\s+(?:TABLE|(?:UNIQUE\s+)?INDEX)\s+IF\s+NOT\s+EXISTS\s+\w+/i;

const statementsOf = (schema: string): string[] =>
  schema
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

const tablesOf = (schema: string): string[] =>
  [...schema.matchAll(/CREATE\s+TABLE\s+IF\s+NOT\s+EXISTS\s+(\w+)/gi)].map(([, name]) =>
    String(name).toLowerCase(),
  );

const twice = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

const nameOf = (kind: unknown): string =>
  `the service '${String((kind as { kind?: unknown } | null)?.kind ?? '?')}'`;
