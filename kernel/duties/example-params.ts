/** A legal value for each parameter, so that any plug-in can be tried unseen. */
import { readParams } from '../plugins/param-values.ts';
import type { Param, Params, ParamValues } from '../plugins/params.ts';

/** What a device on the bench measures, so that what is set for it has something to act on. */
const BENCH_SIGNAL = 'level';

export function exampleOf(params: Params): ParamValues {
  const written = Object.entries(params).map(([name, param]) => [name, exampleValue(param)]);
  const { values, flaws } = readParams(params, Object.fromEntries(written));
  if (flaws.length > 0) throw new Error(flaws.map(({ message }) => message).join('\n'));
  return values;
}

function exampleValue(param: Param): unknown {
  if (param.default !== undefined) return param.default;
  switch (param.kind) {
    case 'duration':
      return param.min ?? '1s';
    case 'number':
    case 'integer':
      return param.min ?? param.max ?? 1;
    case 'share':
      return '10%';
    case 'bytes-per-second':
      return '20kB/s';
    case 'choice':
      return param.of[0];
    case 'text':
      if (param.names === 'signal') return BENCH_SIGNAL;
      return param.names?.startsWith('phase') ? 'chaos' : 'text';
    case 'boolean':
      return true;
    case 'list':
      return Array.from({ length: Math.max(1, param.min ?? 1) }, () => exampleValue(param.of));
    case 'map':
      return { [param.keys === 'signal' ? BENCH_SIGNAL : 'some']: exampleValue(param.of) };
    case 'record':
      return Object.fromEntries(
        Object.entries(param.fields).map(([name, field]) => [name, exampleValue(field)]),
      );
  }
}
