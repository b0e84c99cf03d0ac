/**
 * The ways from a registry to a folder. Nothing is installed into the machine: Debian's packages
 * are unpacked below the folder, and the others know how to be put there.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotToBeHad } from './foreign-broker.ts';

const SERVERS = join(import.meta.dirname, 'servers');

/** One module of npm; the path of its entry stays the author's affair. */
export async function fromNpm(folder: string, name: string, version: string): Promise<string> {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...flags, `${name}@${version}`], { cwd: folder });
  }
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** A command of a Go module, which Go puts as `binary` into the folder. */
export async function fromGo(
  folder: string,
  path: string,
  version: string,
  binary: string,
): Promise<string> {
  if (!existsSync(join(folder, binary))) {
    await run('go', ['install', `${path}@${version}`], { env: { GOBIN: folder } });
  }
  return version.replace(/^v/, '');
}

/** Packages of Python as a list of requirements names them. */
export async function fromPip(folder: string, requirements: string): Promise<void> {
  const done = join(folder, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  const flags = ['--quiet', '--disable-pip-version-check', '--target', folder];
  await run('python3', ['-m', 'pip', 'install', ...flags, '--requirement', requirements]);
  writeFileSync(done, wanted);
}

/** A library of Maven with all it needs in `lib`, and a server of ours around it in `classes`. */
export async function fromMaven(
  folder: string,
  [group, artifact, version]: readonly [string, string, string],
  server: string,
): Promise<string> {
  const made = join(folder, 'classes', `${server}.class`);
  if (!existsSync(made)) {
    const lib = join(folder, 'lib');
    writeFileSync(join(folder, 'pom.xml'), pomOf(group, artifact, version));
    const copy = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`];
    await run('mvn', copy, { cwd: folder });
    const source = join(folder, `${server}.java`);
    cpSync(join(SERVERS, `${server}.java`), source);
    await run('javac', ['-cp', join(lib, '*'), '-d', join(folder, 'classes'), source]);
  }
  return version;
}

const pomOf = (group: string, artifact: string, version: string): string => `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>foreign</groupId><artifactId>${artifact}-alone</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;

/**
 * A package of Debian with what it needs and the machine has not, unpacked below `root`. Erlang
 * always comes along, since half of it from here and half from there does not work.
 */
export async function fromDebian(folder: string, name: string): Promise<string> {
  const packages = join(folder, 'packages');
  const versionOf = (): string | undefined =>
    readdirSync(packages)
      .map((file) => new RegExp(`^${name}_([^_]+)_`).exec(file)?.[1])
      .find((version) => version !== undefined);
  if (!existsSync(join(folder, 'root', 'usr'))) {
    mkdirSync(packages, { recursive: true });
    const wanted = await missingFor(name);
    await run('apt-get', ['download', '-q', ...wanted], { cwd: packages });
    for (const file of readdirSync(packages)) {
      await run('dpkg', ['-x', join(packages, file), join(folder, 'root')]);
    }
  }
  return versionOf()?.replace(/-[^-]*$/, '') ?? 'unknown';
}

async function missingFor(name: string): Promise<string[]> {
  const quiet = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const flags = ['--recurse', ...quiet.map((word) => `--no-${word}`)];
  const listed = await run('apt-cache', ['depends', ...flags, name]);
  const needed = listed.split('\n').filter((line) => /^[a-z0-9]/.test(line));
  const there = await run('dpkg', ['--get-selections']);
  const installed = new Set(
    there.split('\n').flatMap((line) => /^([^:\s]+)\S*\s+install$/.exec(line)?.[1] ?? []),
  );
  const plain = needed.map((one) => one.replace(/:.*$/, ''));
  // Only libraries: what else is named there are services around it, and alternatives to them.
  return plain.filter(
    (one) => one === name || /^erlang-/.test(one) || (/^lib/.test(one) && !installed.has(one)),
  );
}

interface How {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

/** A registry that does not answer must not hold up whoever waits for it. */
const LONGEST_MS = 900_000;

/** What it said; where it fails, the broker is not to be had. */
function run(command: string, args: readonly string[], { cwd, env }: How = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
      timeout: LONGEST_MS,
    };
    execFile(command, args, options, (error, said, complained) => {
      if (error === null) return resolve(said);
      const [why = ''] = complained.trim().split('\n').slice(-1);
      reject(new NotToBeHad(`${command} ${args[0] ?? ''}: ${why === '' ? error.message : why}`));
    });
  });
}
