/**
 * The one vocabulary of plug-ins: what the product brings, found in the folders of the families
 * that are asked for, and a user's own files, which never take the place of another. Each is
 * checked whole when it is loaded, so that nothing malformed is found out in the middle of a run.
 */
import { basename, relative } from 'node:path';
import {
  AuthorError,
  assert,
  type Catalog,
  type Family,
  knownHint,
  type Plugin,
  type Problem,
  type Word,
} from '#kernel';
import { loadFolder, loadPluginFile } from './catalog.ts';

/** Where the scenario names a file, so that what is wrong with it is found. */
export type PlaceOf = (index: number) => Partial<Problem>;

type Kinds = ReadonlyMap<string, ReadonlyMap<string, Plugin>>;

/** A file of a user's, taken in. */
interface Added {
  file: string;
  family: Family;
  plugin: Plugin;
  problems: readonly Problem[];
}

/**
 * Of these families; a process that needs few of them asks for few. Files of other families are
 * passed over, since the whole catalog has judged them before.
 */
export async function loadCatalog(
  families: readonly Family[],
  files: readonly string[] = [],
): Promise<PluginCatalog> {
  const kinds = new Map<string, Map<string, Plugin>>();
  for (const family of families) {
    const found = new Map<string, Plugin>();
    for (const folder of family.folders) {
      for (const [kind, plugin] of await loadFolder(folder)) {
        const [flaw] = malformed(family, plugin);
        assert(flaw === undefined, `${folder}/${kind}: ${flaw}`);
        assert(!found.has(kind), `${folder}/${kind} is the second ${family.family} of that name`);
        found.set(kind, plugin);
      }
    }
    kinds.set(family.family, found);
  }
  const own = new PluginCatalog(families, kinds);
  const ours: string[] = [];
  for (const file of files) if (own.familyOf(await loadPluginFile(file)) !== null) ours.push(file);
  return own.with(ours);
}

export class PluginCatalog implements Catalog {
  readonly families: readonly Family[];
  readonly #kinds: Kinds;

  constructor(families: readonly Family[], kinds: Kinds) {
    this.families = families;
    this.#kinds = kinds;
  }

  of<T extends Plugin>({ family }: Family<T>): ReadonlyMap<string, T> {
    const kinds = this.#kinds.get(family);
    assert(kinds !== undefined, `the family ${family} was asked for when the catalog was loaded`);
    return kinds as ReadonlyMap<string, T>;
  }

  words(name: string): ReadonlyMap<string, Word> | undefined {
    const family = this.families.find((one) => one.family === name);
    if (family === undefined) return undefined;
    return new Map(
      [...this.of(family)].map(([kind, plugin]): [string, Word] => {
        const { summary } = plugin;
        const params = family.params(plugin);
        const facts = family.facts(plugin);
        const said = summary === undefined ? {} : { summary };
        return [kind, { kind, ...said, params, ...(facts === undefined ? {} : { facts }) }];
      }),
    );
  }

  /** A plug-in says its family; an older one is known by its shape. */
  familyOf(plugin: Plugin): Family | null {
    const { family } = plugin;
    return (
      this.families.find((one) =>
        family === undefined ? one.resembles(plugin) : one.family === family,
      ) ?? null
    );
  }

  /** These and a user's own; everything that is wrong with any of the files is told at once. */
  async with(files: readonly string[], placeOf: PlaceOf = () => ({})): Promise<PluginCatalog> {
    const kinds = new Map([...this.#kinds].map(([name, found]) => [name, new Map(found)]));
    const problems: Problem[] = [];
    const tell = (index: number, found: readonly Problem[]): void => {
      problems.push(...found.map((problem) => ({ ...problem, ...placeOf(index) })));
    };
    const added: (Added | null)[] = [];
    for (const [index, file] of files.entries()) {
      try {
        const one = await this.#add(file, files.slice(0, index), kinds);
        added.push(one);
        tell(index, one.problems);
      } catch (error) {
        if (!(error instanceof AuthorError)) throw error;
        added.push(null);
        tell(index, error.problems);
      }
    }
    // Whom they name may come in a later file.
    for (const [index, one] of added.entries()) {
      if (one !== null) tell(index, unknownNames(one, kinds, this.families));
    }
    if (problems.length > 0) throw new AuthorError(problems);
    return new PluginCatalog(this.families, kinds);
  }

  /** With these too, as they are: whoever tries one of them judges it. */
  holding(plugins: readonly Plugin[]): PluginCatalog {
    const kinds = new Map([...this.#kinds].map(([name, found]) => [name, new Map(found)]));
    for (const plugin of plugins) {
      const family = this.familyOf(plugin);
      if (family !== null) kinds.get(family.family)?.set(plugin.kind, plugin);
    }
    return new PluginCatalog(this.families, kinds);
  }

  async #add(
    file: string,
    others: readonly string[],
    kinds: ReadonlyMap<string, Map<string, Plugin>>,
  ): Promise<Added> {
    // The run directory keeps them side by side, by the names of their files.
    if (others.some((other) => basename(other) === basename(file))) {
      const message = `two plug-ins have the file name ${basename(file)}`;
      throw new AuthorError([refusal(message, 'give one of them another name')]);
    }
    const plugin = await loadPluginFile(file);
    const family = this.familyOf(plugin);
    if (family === null) throw new AuthorError([this.#stranger(plugin)]);
    const problems = malformed(family, plugin).map((flaw) =>
      refusal(
        `the ${family.family} in ${relative('.', file)} is malformed: ${flaw}`,
        `${family.define} has the types of all fields`,
      ),
    );
    const taken = kinds.get(family.family);
    // Never in place of another: a verdict must not depend on who came last.
    if (taken?.has(plugin.kind)) {
      const message = `the plug-in '${plugin.kind}' has the name of one that is there already`;
      problems.push(refusal(message, 'give it a kind of its own'));
    } else taken?.set(plugin.kind, plugin);
    return { file, family, plugin, problems };
  }

  #stranger({ kind, family }: Plugin): Problem {
    const names = this.families.map((one) => one.family);
    const what = `neither ${names.slice(0, -1).join(', ')} nor ${names.at(-1) ?? 'anything'}`;
    const says = family === undefined ? '' : ` but calls itself a ${String(family)}`;
    const hint = `make it with ${this.families[0]?.define ?? 'define…'} or one of its siblings`;
    return refusal(`the plug-in '${kind}' is ${what}${says}`, hint);
  }
}

function malformed(family: Family, plugin: Plugin): string[] {
  const stranger = plugin.family !== undefined && plugin.family !== family.family;
  const other = stranger ? [`family must be ${family.family}, not '${plugin.family}'`] : [];
  return [...other, ...family.check(plugin)];
}

/** Kinds that nobody has, as far as their families are known here. */
function unknownNames(
  { file, family, plugin }: Added,
  kinds: Kinds,
  families: readonly Family[],
): Problem[] {
  const fields = plugin as unknown as Record<string, unknown>;
  return Object.entries(family.names).flatMap(([field, other]) => {
    const named = families.find((one) => one.family === other);
    const given = [fields[field]].flat().filter((name) => typeof name === 'string');
    if (named === undefined) return [];
    const known = [...(kinds.get(other) ?? [])].flatMap(([, one]) => named.answers(one));
    return given
      .filter((name) => !known.includes(name))
      .map((name) => {
        const where = `the ${family.family} in ${relative('.', file)}`;
        const message = `${where}: ${field} names no ${other} that there is: '${name}'`;
        return { code: 'plugin', message, ...knownHint(name, known) };
      });
  });
}

const refusal = (message: string, hint: string): Problem => ({ code: 'plugin', message, hint });
