/**
 * Names that the file gives itself: nobody may carry one twice, nothing may be hidden by one, and
 * whoever is named must be there.
 */
import { type Flaw, formatPath, K6, mustBe, type Path } from '#kernel';
import { NETWORKS } from '../networks.ts';
import { isLaterKey } from '../reading/later.ts';
import { type Draft, known, table, text } from './draft.ts';

export function nameFlaws(draft: Draft): Flaw[] {
  const { raw, names, fleet, chaos } = draft;
  const entries = fleet.map((entry) => text(entry.id) ?? text(entry.model));
  return [
    ...Object.entries(table(table(raw.topology).regions)).flatMap(([key, region]) => {
      const path = ['topology', 'regions', key, 'network'];
      return known('network', table(region).network, names.networks, path);
    }),
    ...chaosMapFlaws(raw.chaos),
    ...Object.keys(table(raw.networks)).flatMap(shadowed),
    ...duplicates(entries, 'fleet', 'fleet entries'),
    ...duplicates(draft.faults, 'chaos', 'faults'),
    ...fleet.flatMap((entry, index) =>
      known('network', entry.network, names.networks, ['fleet', index, 'network']),
    ),
    ...chaos.flatMap((entry, index) => selectorFlaws(draft, entry.where, index)),
  ];
}

/** `chaos` as a map is how later versions say more about it; here it is a list. */
function chaosMapFlaws(chaos: unknown): Flaw[] {
  return Object.keys(table(chaos))
    .filter((key) => isLaterKey(['chaos'], key))
    .map((key) => ({
      code: 'not-built',
      path: ['chaos', key],
      what: 'key',
      message: `chaos.${key} is not built yet`,
      hint: 'in this version chaos is a list of faults',
    }));
}

function shadowed(key: string): Flaw[] {
  if (!NETWORKS.some((profile) => profile.name === key)) return [];
  const path = ['networks', key];
  const message = `${formatPath(path)} would hide the built-in profile of that name`;
  return [{ code: 'shadowed-network', path, what: 'key', message, hint: `call it my-${key}` }];
}

function duplicates(ids: readonly (string | undefined)[], list: string, things: string): Flaw[] {
  return ids.flatMap((id, index): Flaw[] => {
    const first = ids.indexOf(id);
    if (id === undefined || first === index) return [];
    const path = [list, index, 'id'];
    const both = `this and ${list}[${first}]`;
    const message = `${formatPath([list, index])}: two ${things} are called '${id}', ${both}`;
    return [
      { code: 'duplicate-id', path, what: 'value', message, hint: 'give one of them another id' },
    ];
  });
}

/** Users of load go by one name for all of them. */
const modelsOf = ({ models, loads }: Draft['names']): string[] =>
  loads.length === 0 ? models : [...models, K6];

function selectorFlaws({ names }: Draft, selector: unknown, index: number): Flaw[] {
  const where = table(selector);
  const path = (key: string): Path => ['chaos', index, 'where', key];
  const flaws = [
    ...known('region', where.region, names.regions, path('region')),
    ...known('site', where.site, names.sites, path('site')),
    ...known('fleet entry', where.entry, [...names.entries, ...names.loads], path('entry')),
    ...known('model in the fleet', where.model, modelsOf(names), path('model')),
  ];
  if (typeof where.device !== 'string') return flaws;
  const [id, site, ordinal, ...rest] = where.device.split('/');
  if (!/^[1-9]\d*$/.test(ordinal ?? '') || rest.length > 0) {
    const wrong = mustBe('<entry>/<site>/<k>', where.device);
    const message = `${formatPath(path('device'))} ${wrong}`;
    const first = `${names.entries[0] ?? 'fridges'}/${names.sites?.[0] ?? 'north-1'}/1`;
    return [
      ...flaws,
      { code: 'bad-value', path: path('device'), what: 'value', message, hint: `such as ${first}` },
    ];
  }
  // A user of load has the load for its site.
  if (id === K6 && names.loads.length > 0) {
    return [...flaws, ...known('load', site, names.loads, path('device'))];
  }
  return [
    ...flaws,
    ...known('fleet entry', id, names.entries, path('device')),
    ...known('site', site, names.sites, path('device')),
  ];
}
