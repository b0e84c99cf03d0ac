/**
 * The directory of one run: what is in it, under which name. Everything that judging needs lies
 * here, so a run can be judged again later and elsewhere.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  AuthorError,
  type DevicePlan,
  type Digests,
  PLAN_SCHEMA,
  type Plan,
  type SegmentSource,
  WorldError,
} from '#kernel';
import { foreignIn } from './foreign.ts';
import { diskError } from './ledger-writer.ts';
import { SegmentFile } from './segment-file.ts';

export const digests: Digests = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
};

const ANOTHER_COPY = 'take another copy of the run directory';
const LISTS = ['phases', 'entries', 'devices', 'cohorts', 'faults', 'expect', 'plugins'] as const;

export class RunDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes it, for a run that is about to begin. Where `path` was named by hand there may be another
   * run, which is what somebody wants to keep unless he says otherwise.
   */
  create({ overwrites }: { overwrites: boolean }): void {
    try {
      this.#refuseForeign();
      if (!overwrites) this.#refuseOtherRun();
      this.#refuseForeignLedger();
      rmSync(this.file('ledger'), { recursive: true, force: true });
      for (const stale of [
        'result.json',
        'report.html',
        'junit.xml',
        'summary.md',
        'environment.json',
        'store.sqlite',
        'accounts.json',
      ]) {
        for (const suffix of ['', '-wal', '-shm'])
          rmSync(this.file(stale + suffix), { force: true });
      }
      makeFolder(this.file('ledger'));
      makeFolder(this.file('log'));
    } catch (error) {
      throw diskError(error, this.path);
    }
  }

  #refuseForeign(): void {
    const foreign = foreignIn(this.path);
    if (foreign === null) return;
    const message = `${this.path} holds ${foreign}, and no run of ours`;
    const hint = 'name a folder that is new or empty with --out';
    throw new AuthorError([{ code: 'exists', message, hint }]);
  }

  /** One that never came to a device has left nothing that anybody would want to keep. */
  #refuseOtherRun(): void {
    const kept = [this.file('result.json'), this.segment('shard-0')];
    if (!kept.some((file) => existsSync(file))) return;
    const message = `${this.path} is the directory of another run`;
    const hint = 'name another one with --out, or overwrite it with --force';
    throw new AuthorError([{ code: 'exists', message, hint }]);
  }

  /** A folder named by hand may hold a `ledger/` that has nothing to do with us. */
  #refuseForeignLedger(): void {
    const folder = this.file('ledger');
    if (!existsSync(folder)) return;
    const foreign = readdirSync(folder).find((name) => !name.endsWith('.twl'));
    if (foreign === undefined) return;
    const message = `${folder} holds ${foreign}, which no run has written; it would be deleted`;
    throw new WorldError('out', message, 'name another directory with --out');
  }

  file(name: string): string {
    return join(this.path, name);
  }

  segment(name: string): string {
    return join(this.path, 'ledger', `${name}.twl`);
  }

  /** And gives back its digest, so that a plan of a large fleet is put into words once in a run. */
  writePlan(plan: Plan): string {
    const text = serialisePlan(plan);
    this.writeText('plan.json', text);
    return digests.sha256Hex(text);
  }

  readPlan(): Plan {
    return this.#versioned(this.#parsed<Plan>('plan.json', this.#planText()));
  }

  /**
   * The plan with only the device rows that `wants` picks; the others are holes, so that every
   * index still means the same device. A shard of a large fleet holds its own rows and not all.
   */
  readPlanFor(wants: (device: DevicePlan, plan: Plan) => boolean): Plan {
    const text = this.#planText();
    const [from, to] = [text.indexOf(ROWS_BEGIN), text.lastIndexOf(ROWS_END)];
    const head = text.slice(0, from) + ROWS_BEGIN + text.slice(to);
    const plan = this.#versioned(this.#parsed<Plan>('plan.json', head));
    let index = 0;
    for (let at = from + ROWS_BEGIN.length; at < to; index++) {
      const end = text.indexOf('\n', at);
      const row = text.slice(at, text[end - 1] === ',' ? end - 1 : end);
      const device = JSON.parse(row) as DevicePlan;
      if (wants(device, plan)) plan.devices[index] = device;
      at = end + 1;
    }
    plan.devices.length = index;
    return plan;
  }

  #planText(): string {
    const file = this.file('plan.json');
    if (existsSync(file)) return readFileSync(file, 'utf8');
    throw new WorldError(
      'no-run',
      `${this.path} is not a run directory: it has no plan.json`,
      'name a directory that `twinstorm run` wrote',
    );
  }

  #versioned(plan: Partial<Plan> | null): Plan {
    const file = this.file('plan.json');
    if (plan?.schema !== PLAN_SCHEMA) {
      const schema = plan?.schema === undefined ? 'no schema' : `the schema ${plan.schema}`;
      throw new WorldError(
        'plan-version',
        `${file} has ${schema}; this version reads ${PLAN_SCHEMA}`,
      );
    }
    const missing = LISTS.filter((name) => !Array.isArray(plan[name]));
    if (missing.length === 0) return plan as Plan;
    throw new WorldError(
      'damaged',
      `${file} is damaged: without ${missing.join(', ')}`,
      ANOTHER_COPY,
    );
  }

  /** Never half-written under its final name; `mode` says who may read it. */
  writeText(name: string, text: string, mode?: number): void {
    const file = this.file(name);
    try {
      writeFileSync(`${file}.part`, text, { mode });
      renameSync(`${file}.part`, file);
    } catch (error) {
      rmSync(`${file}.part`, { force: true });
      throw diskError(error, file);
    }
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true });
  }

  readText(name: string): string | null {
    const file = this.file(name);
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  }

  /** Null when it is not there; what cannot be read as JSON is somebody's damage. */
  readJson<T>(name: string): T | null {
    const text = this.readText(name);
    return text === null ? null : this.#parsed<T>(name, text);
  }

  #parsed<T>(name: string, text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      const message = `${this.file(name)} is damaged: ${(error as Error).message}`;
      throw new WorldError('damaged', message, ANOTHER_COPY);
    }
  }

  /** Segments by name, the harness's own first, shards in the order of their numbers. */
  segments(): { name: string; source: SegmentSource }[] {
    const folder = this.file('ledger');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((file) => file.endsWith('.twl'))
      .map((file) => ({ name: basename(file, '.twl'), path: join(folder, file) }))
      .sort((a, b) => rank(a.name) - rank(b.name))
      .map(({ name, path }) => ({ name, source: new SegmentFile(path) }));
  }

  /** Copies a user's plug-in in, so that the run can be judged elsewhere. */
  keepPlugin(path: string): string {
    makeFolder(this.file('plugins'));
    const copy = join('plugins', basename(path));
    copyFileSync(path, this.file(copy));
    return copy;
  }
}

/** Level by level: Node's own recursive form never returns where a level can never exist. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path);
}

/**
 * One row per device, the rest indented: a plan is read by people and by tools that work by line.
 * Nothing else in a plan stands at this depth under this name.
 */
const ROWS_BEGIN = '\n "devices": [\n';
const ROWS_END = '\n ]\n}\n';

function serialisePlan(plan: Plan): string {
  const { devices, ...rest } = plan;
  const head = JSON.stringify({ ...rest, devices: 0 }, null, 1).replace(/\n "devices": 0\n\}$/, '');
  const rows = devices.map((device) => `  ${JSON.stringify(device)}`).join(',\n');
  return `${head}${ROWS_BEGIN}${rows}${ROWS_END}`;
}

export const planDigest = (plan: Plan): string => digests.sha256Hex(serialisePlan(plan));

const rank = (name: string): number =>
  name === 'harness' ? -1 : Number(/\d+$/.exec(name)?.[0] ?? 1e9);
