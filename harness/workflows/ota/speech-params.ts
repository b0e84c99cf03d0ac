/**
 * What a campaign says of how the release names what devices measure, and who must be able to read
 * that while both firmwares are about: each reader was written for one of the two.
 */
import {
  FACTORY_SCHEMA,
  isSignalName,
  meantHint,
  type Params,
  type ParamValues,
  type Problem,
  READS,
  type ReadersPlan,
  type Reads,
  type Speech,
} from '#kernel';
import type { WorkflowContext } from '../workflow.ts';

const NEXT_SCHEMA = FACTORY_SCHEMA + 1;

export const speechParams: Params = {
  says: {
    kind: 'record',
    about: 'How readings of the release differ from those of the firmware before.',
    default: {},
    fields: {
      renames: {
        kind: 'map',
        keys: 'signal',
        of: { kind: 'text', about: 'Its new name.' },
        about: 'By signal, what it is called now.',
        default: {},
      },
      drops: {
        kind: 'list',
        of: { kind: 'text', names: 'signal', about: 'A signal.' },
        about: 'Signals that are said no longer.',
        default: [],
        max: 16,
      },
      keeps: {
        kind: 'boolean',
        about: 'What has a new name is said by its old one as well.',
        default: true,
      },
      schema: {
        kind: 'integer',
        about: 'The number of the schema, which its readings say.',
        default: NEXT_SCHEMA,
        min: NEXT_SCHEMA,
        max: 1000,
      },
    },
  },
  readers: {
    kind: 'record',
    about: 'Who must be able to read what, while both firmwares are about.',
    default: {},
    fields: {
      old: {
        kind: 'choice',
        about: 'Whoever was written for the firmware before.',
        of: READS,
        default: 'both',
      },
      new: {
        kind: 'choice',
        about: 'Whoever was written for the release.',
        of: READS,
        default: 'both',
      },
    },
  },
};

/** For the head of the image: nothing where the release says everything as before. */
export function speechAsked({ says }: ParamValues): { speech?: Speech } {
  const { renames, drops, keeps, schema } = says as unknown as Speech;
  if (Object.keys(renames).length === 0 && drops.length === 0) return {};
  const names = { renames: { ...renames }, drops: [...drops], keeps };
  return { speech: { schema: Number(schema), ...names } };
}

export function readersAsked({ readers }: ParamValues, { signals }: WorkflowContext): ReadersPlan {
  const { old, new: next } = readers as unknown as Record<'old' | 'new', Reads>;
  return { signals: signals.map((own) => [...own]), reads: { old, new: next } };
}

/** Signals that nobody has, and names that nobody could tell apart or that are none. */
export function speechAmiss({ says }: ParamValues, { signals }: WorkflowContext): Problem[] {
  const { renames, drops } = says as unknown as Speech;
  const names = Object.values(renames);
  const known = [...new Set(signals.flat())];
  const unknown = (signal: string, path: string): Problem[] =>
    known.includes(signal) ? [] : [noSignal(signal, path, known)];
  return [
    ...Object.entries(renames).flatMap(([signal, name]): Problem[] => {
      const path = `says.renames.${signal}`;
      if (!isSignalName(name)) return [{ ...NO_NAME, path, message: `${said(name)} is no name` }];
      const isFree = !known.includes(name) && names.filter((one) => one === name).length === 1;
      const message = `something else is called ${said(name)} already`;
      return [...unknown(signal, path), ...(isFree ? [] : [{ ...TAKEN, path, message }])];
    }),
    ...drops.flatMap((signal, at) => unknown(signal, `says.drops[${at}]`)),
  ];
}

const said = (name: string): string => JSON.stringify(name);

const noSignal = (signal: string, path: string, known: readonly string[]): Problem => ({
  code: 'unknown-name',
  path,
  message: `no reading of the fleet tells a signal ${said(signal)} as a value`,
  hint: meantHint(signal, known, known.length === 0 ? NONE : `known: ${known.join(', ')}`),
});

const NONE = 'parts such as delta or aggregate say readings otherwise: leave them out';

const NO_NAME = {
  code: 'bad-value',
  hint: 'write a letter and up to 31 letters, digits, - or _; not "schema"',
} as const;

const TAKEN = { code: 'twice', hint: 'give it a name of its own' } as const;
