/** Load beside the fleet: its names are those of a fleet entry, and nobody carries one twice. */
import { type Flaw, formatPath, K6, type Path } from '#kernel';
import { loadId } from '../schema/load.ts';
import { type Draft, known, text } from './draft.ts';

export function loadFlaws({ loads, fleet, names }: Draft): Flaw[] {
  const taken = new Set(fleet.flatMap((entry) => text(entry.id) ?? text(entry.model) ?? []));
  const flaws = [...taken].includes(K6) && loads.length > 0 ? [hidden(fleet)] : [];
  for (const { entry, path } of loads) {
    const script = text(entry.k6);
    const id = text(entry.id) ?? (script === undefined ? undefined : loadId(script));
    flaws.push(...known('network', entry.network, names.networks, [...path, 'network']));
    if (id === undefined) continue;
    if (id === '') flaws.push(nameless([...path, 'k6']));
    else if (taken.has(id)) flaws.push(twice(id, [...path, entry.id === undefined ? 'k6' : 'id']));
    taken.add(id);
  }
  return flaws;
}

const twice = (id: string, path: Path): Flaw => ({
  code: 'duplicate-id',
  path,
  what: 'value',
  message: `${formatPath(path)}: something else in this scenario is called '${id}' as well`,
  hint: 'give it an id of its own',
});

const nameless = (path: Path): Flaw => ({
  code: 'bad-value',
  path,
  what: 'value',
  message: `${formatPath(path)} makes no name for its users`,
  hint: 'say id: and a name: a letter, then letters, digits, - or _',
});

function hidden(fleet: Draft['fleet']): Flaw {
  const index = fleet.findIndex((entry) => (text(entry.id) ?? text(entry.model)) === K6);
  const path: Path = ['fleet', index, 'id'];
  const message = `${formatPath(path)} is how the users of load begin: k6/<id>/<vu>`;
  return { code: 'duplicate-id', path, what: 'value', message, hint: 'give it another id' };
}
