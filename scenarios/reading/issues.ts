/**
 * What the schema found, said to a person: one sentence with the path, and what to do about it. Of
 * a choice between forms only the form that was evidently meant is reported, since the complaints
 * of the others are noise.
 */
import { z } from 'zod';
import {
  either,
  type Flaw,
  formatPath,
  isMap,
  meantHint,
  mustBe,
  nearestName,
  type Path,
} from '#kernel';
import { scenarioFile } from '../schema.ts';
import { isLaterKey } from './later.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const KINDS: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** Sentences for what no atom of the schema words itself. */
export function wording(issue: RawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    return mustBe(KINDS[issue.expected] ?? issue.expected, issue.input);
  }
  if (issue.code === 'invalid_value') {
    return mustBe(either(issue.values.map(String)), issue.input);
  }
  return undefined;
}

export function flawsOf(issues: readonly Issue[]): Flaw[] {
  return issues.flatMap((issue) => flaws(issue, []));
}

function flaws(issue: Issue, above: Path): Flaw[] {
  const path = [...above, ...issue.path.map(asPart)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(path, key, legalKeys(path)));
  }
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue);
    if (meant !== undefined) return meant.flatMap((inner) => flaws(inner, path));
  }
  if (issue.code === 'invalid_key') {
    const message = `${formatPath(path)} ${issue.issues[0]?.message ?? 'is no legal key'}`;
    return [{ code: 'bad-name', path, what: 'key', message }];
  }
  const missing = issue.input === undefined && issue.code !== 'custom';
  const hint = hintOf(issue);
  return [
    {
      code: missing ? 'missing-key' : issue.code === 'invalid_type' ? 'wrong-type' : 'bad-value',
      path,
      what: 'value',
      message: `${path.length === 0 ? 'the scenario' : formatPath(path)} ${issue.message}`,
      ...(hint === undefined ? {} : { hint }),
    },
  ];
}

function unknownKey(table: Path, key: string, legal: readonly string[]): Flaw {
  const path = [...table, key];
  const where = table.length === 0 ? 'the scenario' : formatPath(table);
  if (isLaterKey(table, key)) {
    const hint = `this version knows: ${legal.join(', ')}`;
    return {
      code: 'not-built',
      path,
      what: 'key',
      message: `${formatPath(path)} is not built yet`,
      hint,
    };
  }
  const inFault = table[0] === 'chaos' && table.length === 2;
  const extra = inFault ? '; what the fault itself takes goes under with' : '';
  return {
    code: 'unknown-key',
    path,
    what: 'key',
    message: `there is no key '${key.slice(0, 60)}' in ${where}`,
    hint: meantHint(key, legal, `legal here: ${legal.join(', ')}${extra}`),
  };
}

/**
 * The form the author meant: the one whose outermost type fits, and of those the one with the
 * fewest complaints.
 */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): Issue[] | undefined {
  const fitting = issue.errors.filter((branch) => !branch.some(isMisfit));
  return fitting.sort((a, b) => a.length - b.length)[0];
}

function isMisfit(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type') return true;
  return issue.code === 'invalid_union' && meantBranch(issue) === undefined;
}

function hintOf(issue: Issue): string | undefined {
  if (issue.code === 'custom') {
    const hint: unknown = issue.params?.hint;
    return typeof hint === 'string' ? hint : undefined;
  }
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const near = nearestName(issue.input, issue.values.map(String));
    return near === undefined || near === issue.input ? undefined : `did you mean '${near}'?`;
  }
  return undefined;
}

/** The shape of the file as plain data: legal keys are looked up here, not in zod's insides. */
const SHAPE: unknown = z.toJSONSchema(scenarioFile, { io: 'input' });

function legalKeys(path: Path): string[] {
  let forms = [SHAPE];
  for (const part of path) forms = forms.flatMap(alternatives).flatMap((form) => below(form, part));
  return forms
    .flatMap(alternatives)
    .flatMap((form) => (isMap(form.properties) ? Object.keys(form.properties) : []));
}

function alternatives(schema: unknown): Record<string, unknown>[] {
  if (!isMap(schema)) return [];
  return Array.isArray(schema.anyOf) ? schema.anyOf.flatMap(alternatives) : [schema];
}

function below(schema: Record<string, unknown>, part: string | number): unknown[] {
  if (typeof part === 'number') return [schema.items];
  if (isMap(schema.properties) && part in schema.properties) return [schema.properties[part]];
  return [schema.additionalProperties];
}

const asPart = (part: PropertyKey): string | number =>
  typeof part === 'symbol' ? String(part) : part;
