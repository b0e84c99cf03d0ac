/** What can be wrong with the resources of observed children, told with its place before a run. */
import { noSuch, type ParamValue, type ParamValues } from '#kernel';
import { type PartChild, type PartFlaw, rewordedFlaws } from '../../../part.ts';
import type { Resource } from './observed-child.ts';
import { bytesMaxOf, PAYLOAD_MAX } from './payload.ts';

/** Uri-Path is an option of so many bytes for each segment (RFC 7252, 5.10). */
const SEGMENT_BYTES_MAX = 255;
const SECOND_MS = 1000;

type Path = PartFlaw['path'];

export function resourceFlaws(
  { resources }: ParamValues,
  children: readonly PartChild[],
  path: Path,
): PartFlaw[] {
  const known = resources as Readonly<Record<string, ParamValue>>;
  const entries = children.map(({ entry }) => entry);
  const at = [...path, 'resources'];
  const without = children.filter(({ entry }) => !Object.hasOwn(known, entry));
  return [
    ...Object.keys(known).flatMap((entry) =>
      noSuch('entry of children', entry, entries, [...at, entry]),
    ),
    ...without.map(({ entry }) => ({
      path: at,
      message: `the children of ${entry} have no resources`,
      hint: `resources: { ${entry}: [{ path: /…, signals: […] }] }`,
    })),
    ...rewordedFlaws(children, (entry) => [...at, entry], 'a resource says values alone'),
    // What two gateways observe, a child says to both, and no turn of either is asked for.
    ...children
      .filter(({ fallsBack }) => fallsBack)
      .map(({ entry }) => ({
        path,
        message: `${entry} may speak through two gateways, and observed children have one of them`,
        hint: `leave out fall-back of ${entry}, or give both gateways another bus`,
      })),
    ...children.flatMap(({ entry, signals }) =>
      Object.hasOwn(known, entry)
        ? childFlaws(known[entry] as unknown as readonly Resource[], signals, [...at, entry])
        : [],
    ),
  ];
}

function childFlaws(all: readonly Resource[], signals: readonly string[], path: Path): PartFlaw[] {
  const places = all.flatMap((resource, at) =>
    resource.signals.map((signal, place) => ({ signal, at, place })),
  );
  return [
    ...all.flatMap((resource, at) => resourceFlawsAt(all, at, resource, [...path, at])),
    ...places.flatMap(({ signal, at, place }, index) => {
      const own = [...path, at, 'signals', place];
      const isTwice = places.slice(0, index).some((other) => other.signal === signal);
      const twice = { path: own, message: `${signal} is said twice`, hint: 'one resource says it' };
      return [...noSuch('signal', signal, signals, own), ...(isTwice ? [twice] : [])];
    }),
  ];
}

function resourceFlawsAt(
  all: readonly Resource[],
  at: number,
  resource: Resource,
  own: Path,
): PartFlaw[] {
  const { path, signals } = resource;
  const bytes = bytesMaxOf(signals);
  const flawIf = (is: boolean, key: string, message: string, hint: string): PartFlaw[] =>
    is ? [{ path: [...own, key], message, hint }] : [];
  return [
    ...flawIf(!isPath(path), 'path', `'${path}' is no path of a resource`, 'such as /climate'),
    ...flawIf(
      all.slice(0, at).some((other) => other.path === path),
      'path',
      `${path} is the path of two resources`,
      'say their signals in one of them, or name another path',
    ),
    ...flawIf(
      bytes > PAYLOAD_MAX,
      'signals',
      `${path} may say ${bytes} bytes, and one datagram carries ${PAYLOAD_MAX}`,
      'block-wise transfer is not played: share the signals among several resources',
    ),
    ...flawIf(
      resource['max-age'] % SECOND_MS !== 0,
      'max-age',
      `Max-Age counts whole seconds, and ${resource['max-age']}ms is none of them`,
      'such as 5s',
    ),
  ];
}

function isPath(path: string): boolean {
  const [before, ...segments] = path.split('/');
  return (
    before === '' &&
    segments.length > 0 &&
    segments.every((one) => {
      const bytes = new TextEncoder().encode(one).length;
      return bytes > 0 && bytes <= SEGMENT_BYTES_MAX && !/[?#\s]/.test(one);
    })
  );
}
