/** `plan`, `validate`, `list`, `schema`: everything that looks and starts no run. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadCatalog } from '#harness';
import {
  AuthorError,
  boundsOf,
  EXIT,
  type Family,
  type Params,
  type Plan,
  paramForm,
  type Shown,
} from '#kernel';
import { resultJsonSchema } from '#reports';
import { scenarioJsonSchema } from '#scenarios';
import { describePlan } from './describe-plan.ts';
import { FAMILIES, wholeCatalog } from './families.ts';
import { isOneFile, librarySheets, scenarioFiles } from './files.ts';
import { addPlanFlags, collect, NO_CALIBRATION, type RunFlags } from './flags.ts';
import type { Host } from './host.ts';
import { type LoadedPlan, loadPlan } from './load.ts';
import { calibration, loadLines } from './measured-load.ts';
import { paint, wantsColour } from './paint.ts';
import { sayError } from './say-error.ts';

export function addInspectCommands(
  program: Command,
  host: Host,
  finish: (code: number) => void,
): void {
  addPlanFlags(
    program
      .command('plan <files...>')
      .description('print the resolved timeline and roster; run nothing'),
  )
    .option('--json', 'print plan.json; of several scenarios a list')
    .option('--no-calibration', NO_CALIBRATION)
    .action(async (files: string[], options: PlanOptions) =>
      finish(await plans(host, files, options)),
    );
  program
    .command('validate <files...>')
    .description('check scenarios and say everything that is wrong with them')
    .option('--plugin <file>', 'with a plug-in of your own (repeatable)', collect, [])
    .action(async (files: string[], options: { plugin: string[] }) =>
      finish(await validate(host, files, options)),
    );
  program
    .command('list [what]')
    .description(`what there is: ${listable().join(', ')}`)
    .option('--plugin <file>', 'with a plug-in of your own (repeatable)', collect, [])
    .action(async (what: string | undefined, { plugin }: { plugin: string[] }) =>
      list(host, what, plugin),
    );
  program
    .command('schema')
    .description('JSON Schema of scenario files')
    .option('--result', 'of result.json instead')
    .action(async (options: { result?: boolean }) => {
      const schema =
        options.result === true ? resultJsonSchema : scenarioJsonSchema(await wholeCatalog());
      host.stdout(`${JSON.stringify(schema, null, 2)}\n`);
    });
}

interface PlanOptions extends RunFlags {
  json?: boolean;
  calibration: boolean;
}

/** Of each in turn; what is wrong with one keeps no other from being told. */
async function eachPlan(
  host: Host,
  files: readonly string[],
  flags: RunFlags,
  tell: (loaded: LoadedPlan, file: string) => void | Promise<void>,
): Promise<number> {
  let code: number = EXIT.pass;
  const catalog = await wholeCatalog();
  for (const file of files) {
    try {
      await tell(await loadPlan(host, file, flags, catalog), file);
    } catch (error) {
      code = sayError(host, error);
    }
  }
  return code;
}

async function plans(host: Host, words: readonly string[], options: PlanOptions): Promise<number> {
  const files = scenarioFiles(host, words);
  const made: Plan[] = [];
  const measured = calibration();
  const code = await eachPlan(host, files, options, async ({ plan, catalog }, file) => {
    if (options.json === true) made.push(plan);
    else {
      if (files.length > 1) host.stdout(`── ${file}\n`);
      host.stdout(describePlan(plan, catalog, wantsColour(host, host.stdoutIsTty)));
      // Virtual time is as slow as it must be, and the same run all the same.
      if (plan.gear === 'real' && options.calibration) {
        const lines = loadLines(plan, catalog, host, await measured());
        host.stdout(`load\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
      }
    }
  });
  const one = isOneFile(host, words) ? made[0] : made;
  if (options.json === true && one !== undefined) host.stdout(`${JSON.stringify(one, null, 1)}\n`);
  return code;
}

const validate = (
  host: Host,
  words: readonly string[],
  flags: { plugin: string[] },
): Promise<number> =>
  eachPlan(host, scenarioFiles(host, words), flags, ({ plan }, file) => {
    const { devices, faults, bounds } = plan;
    const told = `${devices.length} devices, ${faults.length} fault${faults.length === 1 ? '' : 's'}`;
    host.stdout(`${file}  ok  ${told}, ${bounds.messages} messages\n`);
  });

const SCENARIOS = 'scenarios';
const listable = (): string[] => [...FAMILIES.map(({ plural }) => plural), SCENARIOS];

async function list(host: Host, what: string | undefined, plugins: string[]): Promise<void> {
  const { strong } = paint(wantsColour(host, host.stdoutIsTty));
  const say = (title: string, rows: Iterable<Row>): void => {
    host.stdout(`${strong(title)}\n`);
    const all = [...rows];
    const width = Math.max(22, ...all.map(({ kind }) => kind.length));
    for (const row of all) {
      host.stdout(`  ${row.kind.padEnd(width)} ${row.summary ?? row.title ?? ''}\n`);
      // Of everything at once, the names are enough.
      const lines = what === undefined ? [] : linesOf(row);
      for (const line of lines) host.stdout(`      ${line}\n`);
    }
  };
  const wanted: Family[] = FAMILIES.filter(
    ({ plural, also }) => what === undefined || what === plural || also.includes(what),
  );
  if (wanted.length === 0 && what !== SCENARIOS) {
    const message = `there is nothing called '${what}' to list`;
    throw new AuthorError([{ code: 'list', message, hint: listable().join(', ') }]);
  }
  const catalog =
    plugins.length === 0
      ? await loadCatalog(wanted)
      : await (await wholeCatalog()).with(plugins.map((file) => resolve(host.cwd, file)));
  for (const family of wanted) {
    const kinds = [...catalog.of(family).values()].map(
      (plugin): Row => ({ ...plugin, params: family.params(plugin), shows: family.shows(plugin) }),
    );
    if (kinds.length > 0 || what !== undefined) say(family.plural, kinds);
  }
  if (what === undefined || what === SCENARIOS) say(SCENARIOS, libraryOf(host));
}

interface Row {
  kind: string;
  summary?: string;
  title?: string;
  params?: Params;
  shows?: readonly Shown[];
}

/** What it takes, and what else there is to know of it. */
function linesOf({ params = {}, shows = [] }: Row): string[] {
  const told = new Set(shows.filter(({ isParam }) => isParam).map(({ name }) => name));
  const others = Object.entries(params).filter(([name]) => !told.has(name));
  return [
    ...paramLines(Object.fromEntries(others)),
    ...shows.map(({ as, name, form, about }) => `${as} ${name} (${form}): ${about}`),
  ];
}

/** How each parameter is written, what it is when it is not, and what it is for. */
const paramLines = (params: Params): string[] =>
  Object.entries(params).map(([name, param]) => {
    const left =
      param.default !== undefined
        ? `, default ${JSON.stringify(param.default).replace(/^"|"$/g, '')}`
        : param.optional === true
          ? ', optional'
          : '';
    const bounds = boundsOf(param);
    const within = bounds === '' ? '' : `, ${bounds}`;
    return `${name} (${paramForm(param)}${within}${left}): ${param.about}`;
  });

/** The library's scenarios with their `about` lines. */
const libraryOf = (host: Host): { kind: string; summary: string }[] =>
  [...librarySheets(host)].map(([kind, file]) => {
    const about = /^about:\s*(.*)$/m.exec(host.readText(file))?.[1] ?? '';
    return { kind, summary: about.replace(/^["'>-]+\s*|["']$/g, '') };
  });
