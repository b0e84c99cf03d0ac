/** What can be wrong with the register maps of a Modbus line, told with its place before a run. */
import { noSuch, type ParamValue, type ParamValues } from '#kernel';
import { type PartChild, type PartFlaw, rewordedFlaws } from '../../part.ts';
import { type Register, spanOf, wordsOf } from './registers.ts';

/** What one question may ask for, and how many devices a line may have. */
const WORDS_MAX = 125;
const UNITS_MAX = 247;
const ADDRESSES = 65_536;

type Path = PartFlaw['path'];

export function mapFlaws(
  { maps }: ParamValues,
  children: readonly PartChild[],
  path: Path,
): PartFlaw[] {
  const known = maps as Readonly<Record<string, ParamValue>>;
  const entries = children.map(({ entry }) => entry);
  const at = [...path, 'maps'];
  const without = children.filter(({ entry }) => !Object.hasOwn(known, entry));
  const crowded = children.reduce((sum, { most }) => sum + most, 0);
  return [
    ...Object.keys(known).flatMap((entry) =>
      noSuch('entry of children', entry, entries, [...at, entry]),
    ),
    ...without.map(({ entry }) => ({
      path: at,
      message: `the children of ${entry} have no registers`,
      hint: `maps: { ${entry}: [{ signal: …, address: 0, type: int16 }] }`,
    })),
    ...rewordedFlaws(children, (entry) => [...at, entry], 'a register holds values alone'),
    ...(crowded <= UNITS_MAX
      ? []
      : [
          {
            path,
            message: `${crowded} devices are more than one line may have (${UNITS_MAX})`,
            hint: 'more gateways, or fewer children for each',
          },
        ]),
    ...children.flatMap(({ entry, signals }) =>
      Object.hasOwn(known, entry)
        ? deviceFlaws(known[entry] as unknown as readonly Register[], signals, [...at, entry])
        : [],
    ),
  ];
}

function deviceFlaws(map: readonly Register[], signals: readonly string[], path: Path): PartFlaw[] {
  const { from, count } = spanOf(map);
  const each = map.flatMap((register, at) => registerFlaws(map, at, register, signals, path));
  if (count <= WORDS_MAX || each.length > 0) return each;
  const message = `${count} registers from ${from} on are more than one question may ask for`;
  return [{ path, message, hint: `bring them together: ${WORDS_MAX} is the most` }];
}

function registerFlaws(
  map: readonly Register[],
  at: number,
  register: Register,
  signals: readonly string[],
  path: Path,
): PartFlaw[] {
  const { signal, address, scale, type } = register;
  const own = [...path, at];
  const before = map.slice(0, at);
  const other = before.find((one) => meets(one, register));
  const isTwice = before.some((one) => one.signal === signal);
  const end = address + wordsOf(type);
  const flawIf = (is: boolean, key: string, message: string, hint: string): PartFlaw[] =>
    is ? [{ path: [...own, key], message, hint }] : [];
  return [
    ...noSuch('signal', signal, signals, [...own, 'signal']),
    ...flawIf(isTwice, 'signal', `${signal} lies in two places`, 'a signal has one place'),
    ...flawIf(scale === 0, 'scale', 'a scale of 0 loses every value', 'such as 0.1'),
    ...flawIf(
      end > ADDRESSES,
      'address',
      `${type} at ${address} goes beyond the last register`,
      `the last one is ${ADDRESSES - 1}`,
    ),
    ...flawIf(
      other !== undefined,
      'address',
      `${signal} lies on ${other?.signal}, which ends at ${lastOf(other)}`,
      'int32, uint32 and float32 take two registers',
    ),
  ];
}

const lastOf = (one: Register | undefined): number =>
  one === undefined ? 0 : one.address + wordsOf(one.type) - 1;

const meets = (a: Register, b: Register): boolean =>
  a.address < b.address + wordsOf(b.type) && b.address < a.address + wordsOf(a.type);
