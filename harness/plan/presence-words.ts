/**
 * How a platform that is not ours is asked over HTTP whom it believes to be online: one address for
 * all devices, page by page, or one for each.
 */
import {
  type Params,
  type ParamValues,
  type Problem,
  parsePath,
  problemOf,
  readParams,
} from '#kernel';
import { httpFlaw, httpHost } from './http-template.ts';

const PARAMS: Params = {
  url: {
    kind: 'text',
    about: 'Its address; {run}, {device} and {cursor} stand for values.',
  },
  rows: {
    kind: 'text',
    about: 'Where the list of devices stands in the answer; left out, the answer is the list.',
    optional: true,
  },
  next: {
    kind: 'text',
    about: 'Where the cursor of the next page stands, if there are pages.',
    optional: true,
  },
  device: { kind: 'text', about: 'Where the name of a device stands in a row.', default: 'device' },
  online: {
    kind: 'text',
    about: 'Where a row says whether it is online.',
    default: 'online',
  },
  'online-is': {
    kind: 'text',
    about: 'What stands there of one that is online.',
    default: 'true',
  },
  'auth-env': {
    kind: 'text',
    about: 'Environment variable with what goes as Authorization.',
    optional: true,
  },
  'auth-file': { kind: 'text', about: 'File with the same.', optional: true },
};

const PLACE = 'target.presence';

export function planPresence(written: Readonly<Record<string, unknown>>): {
  params: ParamValues;
  elsewhere: string | null;
  problems: Problem[];
} {
  const { values, flaws } = readParams(PARAMS, written, parsePath(PLACE) ?? []);
  const flaw = flaws.length > 0 ? null : httpFlaw(String(values.url));
  const path = `${PLACE}.url`;
  const wrong: Problem[] =
    flaw === null
      ? []
      : [{ code: 'presence', path, message: `${path} ${flaw.message}`, hint: flaw.hint }];
  return {
    params: values,
    elsewhere: flaws.length > 0 ? null : httpHost(String(values.url)),
    problems: [...flaws.map(problemOf), ...wrong],
  };
}
