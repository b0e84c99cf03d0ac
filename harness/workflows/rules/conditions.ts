/**
 * What is wrong with a condition, before anything is run: it is read as CEL over the signals of the
 * devices that it is about, must come to yes or no, and may neither loop nor search in texts, since
 * whoever evaluates it for each reading must be done in no time.
 */
import { Environment } from '@marcbachmann/cel-js';
import { nearestName, type Problem } from '#kernel';

const TEXT_MAX = 500;
/** They loop over lists, or take patterns of somebody else. */
const UNBOUNDED = /\.\s*(all|exists|exists_one|existsOne|map|filter|matches)\s*\(/;

/**
 * `signals`: what it may speak of, such as what all of its devices measure. `single`: what they
 * measure, where it is about many readings and may not speak of one. `flags`: names that are yes
 * or no.
 */
export function conditionAmiss(
  path: string,
  text: string,
  signals: readonly string[],
  single: readonly string[] = [],
  flags: readonly string[] = [],
): Problem[] {
  const problem = (message: string, hint: string): Problem[] => [
    { code: 'bad-value', path, message, hint },
  ];
  const example = `write a comparison such as ${signals[0] ?? 'temperature'} > 8`;
  if (text.length > TEXT_MAX) {
    return problem(`a condition has at most ${TEXT_MAX} characters`, 'write two rules');
  }
  const unbounded = UNBOUNDED.exec(text);
  if (unbounded !== null) {
    const what = `${unbounded[1]}() may take for ever`;
    return problem(what, 'compare signals with numbers alone');
  }
  const environment = new Environment();
  for (const signal of new Set(signals)) environment.registerVariable(signal, 'double');
  for (const flag of new Set(flags)) environment.registerVariable(flag, 'bool');
  const { valid, error, type } = environment.check(text);
  if (valid) {
    return type === 'bool' || type === 'dyn'
      ? []
      : problem(`it comes to ${String(type)}, and not to yes or no`, example);
  }
  const [first = ''] = String(error?.message ?? '').split('\n');
  const unknown = /Unknown variable: (\w+)/.exec(first)?.[1];
  if (unknown !== undefined && single.includes(unknown)) {
    const hint = `write let: { value: { mean: ${unknown} } }, and speak of value`;
    return problem(`${unknown} is said by each reading, and a window has many`, hint);
  }
  if (unknown !== undefined) {
    const near = nearestName(unknown, [...signals, ...flags]);
    const hint = near === undefined ? `signals are ${signals.join(', ')}` : `did you mean ${near}?`;
    return problem(`no device of it measures ${JSON.stringify(unknown)}`, hint);
  }
  const column = columnOf(String(error?.message ?? ''));
  return problem(`${first}${column === null ? '' : `, at its column ${column}`}`, example);
}

/** It points at the place by a line of its own. */
function columnOf(message: string): number | null {
  const lines = message.split('\n');
  const mark = lines.findIndex((line) => /^\s+\^$/.test(line));
  const start = lines[mark - 1]?.indexOf('| ') ?? -1;
  return mark < 1 || start < 0 ? null : (lines[mark]?.indexOf('^') ?? 0) - start - 1;
}
