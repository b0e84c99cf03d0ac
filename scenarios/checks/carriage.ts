/**
 * Who sits behind whom. An entry that is carried has no link, so nothing may be said of one, and
 * whoever carries others has a link of its own: there are no gateways behind gateways.
 */
import { type Flaw, formatPath, isMap, type Path } from '#kernel';
import { type Draft, known, text } from './draft.ts';

export function carriageFlaws({ fleet, names }: Draft): Flaw[] {
  const carried = new Map(
    fleet.flatMap((entry) => {
      const id = text(entry.id) ?? text(entry.model);
      return id === undefined || entry.via === undefined ? [] : [[id, text(entry.via)]];
    }),
  );
  return fleet.flatMap((entry, index): Flaw[] => {
    const path: Path = ['fleet', index, 'via'];
    if (entry.via === undefined) {
      return [
        ...(entry.per === 'gateway' ? [perNobody(index)] : []),
        ...(entry['fall-back'] === undefined ? [] : [leansOnNobody(index)]),
      ];
    }
    const via = text(entry.via);
    const other = isMap(entry['fall-back']) ? entry['fall-back'].via : undefined;
    const otherPath: Path = ['fleet', index, 'fall-back', 'via'];
    return [
      ...known('fleet entry', entry.via, names.entries, path),
      ...(via !== undefined && carried.has(via) ? [behindCarried(path, via, carried)] : []),
      ...(other === undefined ? [] : known('fleet entry', other, names.entries, otherPath)),
      ...(carried.has(text(other) ?? '')
        ? [behindCarried(otherPath, text(other) ?? '', carried)]
        : []),
      ...LINK_KEYS.filter((key) => Object.hasOwn(entry, key)).map((key) => noLink(index, key)),
    ];
  });
}

/** What only somebody with a link of its own can have. */
const LINK_KEYS = ['network', 'session', 'keep-alive', 'will'];

function perNobody(index: number): Flaw {
  const path: Path = ['fleet', index, 'per'];
  return {
    code: 'no-carrier',
    path,
    what: 'value',
    message: `${formatPath(path)} counts per gateway, and the entry has no via`,
    hint: 'say via: and the id of the entry of its gateways',
  };
}

function leansOnNobody(index: number): Flaw {
  const path: Path = ['fleet', index, 'fall-back'];
  return {
    code: 'no-carrier',
    path,
    what: 'key',
    message: `${formatPath(path)} is of devices behind gateways, and the entry has no via`,
    hint: 'say via: and the id of the entry of their own gateways',
  };
}

const A_LINK = 'an entry that has a link';

function behindCarried(
  path: Path,
  via: string,
  carried: ReadonlyMap<string, string | undefined>,
): Flaw {
  // Where that is carried in turn, it would be the same mistake.
  const next = carried.get(via);
  return {
    code: 'carried-carrier',
    path,
    what: 'value',
    message: `${formatPath(path)} names ${via}, which is carried itself and has no link`,
    hint: `let both go via ${next === undefined || carried.has(next) ? A_LINK : next}`,
  };
}

function noLink(index: number, key: string): Flaw {
  const path: Path = ['fleet', index, key];
  return {
    code: 'no-link',
    path,
    what: 'key',
    message: `${formatPath(path)} is of a link, and an entry with via has none`,
    hint: 'say it of the entry that carries it',
  };
}
