/**
 * A Dockerfile read into its stages, and run in plain folders: each stage is a folder in which
 * WORKDIR, COPY and RUN act as in the image. It knows the instructions that ours has, and
 * refuses any other rather than passing over it. Whether the base image has what a RUN needs only
 * Docker can tell.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Instruction {
  line: number;
  verb: string;
  rest: string;
}

export interface Stage {
  name: string;
  base: string;
  instructions: Instruction[];
}

const KNOWN = ['ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'FROM', 'RUN', 'USER', 'WORKDIR'];

export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [, verb = '', rest = ''] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? [];
    if (!KNOWN.includes(verb))
      throw new Error(`Dockerfile:${index + 1} is not understood: ${line}`);
    if (verb === 'FROM') {
      const [base = '', , name = ''] = rest.split(/\s+/);
      stages.push({ name, base, instructions: [] });
    } else stages.at(-1)?.instructions.push({ line: index + 1, verb, rest });
  }
  return stages;
}

export interface Built {
  /** Of the last stage: what it would start, where, and with what around it. */
  entrypoint: string[];
  folder: string;
  env: Record<string, string>;
}

/** Builds every stage below `root`; the context is what `docker build` would be sent. */
export function buildStages(stages: readonly Stage[], context: string, root: string): Built {
  const folders = new Map<string, string>();
  let built: Built = { entrypoint: [], folder: root, env: {} };
  for (const [index, { name, instructions }] of stages.entries()) {
    const stage = join(root, name === '' ? `stage-${index}` : name);
    folders.set(name, stage);
    mkdirSync(stage, { recursive: true });
    let folder = stage;
    const env: Record<string, string> = {};
    let entrypoint: string[] = [];
    for (const { line, verb, rest } of instructions) {
      if (verb === 'WORKDIR') {
        folder = join(stage, rest);
        mkdirSync(folder, { recursive: true });
      } else if (verb === 'ARG' || verb === 'ENV') {
        const [key = '', value = ''] = rest.split(/=(.*)/s);
        env[key] = value.replaceAll(/(?<=^|:)\//g, key === 'PATH' ? `${stage}/` : '/');
      } else if (verb === 'COPY') copy(rest, { context, folder, stage, folders, line });
      else if (verb === 'RUN') execute(rest, { folder, env, line });
      else if (verb === 'ENTRYPOINT') entrypoint = JSON.parse(rest) as string[];
    }
    built = { entrypoint, folder, env };
  }
  return built;
}

interface Copying {
  context: string;
  folder: string;
  stage: string;
  folders: ReadonlyMap<string, string>;
  line: number;
}

function copy(rest: string, { context, folder, stage, folders, line }: Copying): void {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const source = from === undefined ? context : folders.get(from);
  if (source === undefined) throw new Error(`Dockerfile:${line} copies from no stage: ${from}`);
  const to = words.pop() ?? '.';
  const target = to.startsWith('/') ? join(stage, to) : join(folder, to);
  for (const word of words) {
    const found = globSync(join(source, word));
    if (found.length === 0) throw new Error(`Dockerfile:${line} copies what is not there: ${word}`);
    for (const path of found) {
      const isFolder = statSync(path).isDirectory();
      const lands = isFolder || !to.endsWith('/') ? target : join(target, basename(path));
      cpSync(path, lands, { recursive: true, verbatimSymlinks: true });
    }
  }
}

interface Around {
  folder: string;
  env: Readonly<Record<string, string>>;
  line: number;
}

function execute(script: string, { folder, env, line }: Around): void {
  const { status, stdout, stderr } = inStage('sh', ['-c', script], folder, env);
  if (status === 0) return;
  const said = `${stdout}${stderr}`.split('\n').slice(-15).join('\n');
  throw new Error(`Dockerfile:${line} RUN ends with ${status}: ${script}\n${said}`);
}

/** With the stage's own PATH first, and this machine's behind it for what the base image has. */
export function inStage(
  command: string,
  args: readonly string[],
  folder: string,
  { PATH = '', ...env }: Readonly<Record<string, string>>,
) {
  const path = [PATH, process.env.PATH].filter((one) => one !== '').join(':');
  return spawnSync(command, args, {
    cwd: existsSync(folder) ? folder : '.',
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH: path },
  });
}
