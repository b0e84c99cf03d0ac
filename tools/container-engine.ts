/**
 * A container engine for tests, and images for it made of files of this machine: nothing is pulled,
 * so a machine without a way out can do it. On a bare machine such a test skips and says why; with
 * REQUIRE_REAL=1 a missing engine is a failure, unless NO_CONTAINERS says why none can start here.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Client = Awaited<
  ReturnType<typeof import('testcontainers')['getContainerRuntimeClient']>
>['container']['dockerode'];

export interface EngineFound {
  client: Client | null;
  skip: boolean;
  /** Why the test is skipped; empty when it is not. */
  reason: string;
}

export async function containerEngine(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<EngineFound> {
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  const given = env.NO_CONTAINERS ?? '';
  if (given !== '') return { client: null, skip: true, reason: `no containers here: ${given}` };
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    const { container } = await getContainerRuntimeClient();
    return { client: container.dockerode, skip: false, reason: '' };
  } catch (error) {
    const reason = `no container engine answers: ${(error as Error).message}`;
    if (env.REQUIRE_REAL === '1') throw new Error(`REQUIRE_REAL=1, but ${reason}`);
    return { client: null, skip: true, reason };
  }
}

export interface ImageWish {
  name: string;
  /** A binary of this machine; the libraries that it is linked to come with it. */
  binary: string;
  /** Further files, by their places in the image. */
  files?: Readonly<Record<string, string>>;
  /** What it runs; where it is an entry point, a command of the run's is its arguments. */
  command: readonly string[];
  isEntryPoint?: boolean;
}

/** An image with one binary in it, and not even a shell. */
export async function importImage(client: Client, wish: ImageWish): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const put = (path: string): void => {
      const place = join(root, path);
      mkdirSync(dirname(place), { recursive: true });
      copyFileSync(path, place);
    };
    for (const path of [wish.binary, ...librariesOf(wish.binary)]) put(path);
    mkdirSync(join(root, 'tmp'), { recursive: true });
    for (const [path, text] of Object.entries(wish.files ?? {})) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [repo, tag] = wish.name.split(':');
    const done = once(tar, 'exit');
    const stream = await client.importImage(tar.stdout, {
      repo: repo ?? wish.name,
      tag: tag ?? 'latest',
      changes: `${wish.isEntryPoint ? 'ENTRYPOINT' : 'CMD'} ${JSON.stringify(wish.command)}`,
    });
    stream.resume();
    await Promise.all([once(stream, 'end'), done]);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A binary that is linked to nothing has no list. */
function librariesOf(binary: string): string[] {
  try {
    const said = execFileSync('ldd', [binary], { encoding: 'utf8', stdio: 'pipe' });
    return [...said.matchAll(/(\/[^\s)]+)/g)].map(([, path]) => path ?? '');
  } catch {
    return [];
  }
}
