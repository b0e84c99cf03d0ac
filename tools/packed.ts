/**
 * What is in the packed product: everything that runs and is read, and nothing that is only tested
 * or built with.
 *
 *   node tools/packed.ts        asks `npm pack` what it would take, after a build
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './house.ts';
import { finish } from './verdict.ts';

const NEEDED = [
  'LICENSE',
  'README.md',
  'bin/twinstorm.js',
  'dist/harness/authors.d.ts',
  'dist/harness/authors.js',
  'dist/harness/cli/main.js',
  'dist/package.json',
  'docs/scenario.md',
  'package.json',
  'scenarios/k6/telemetry.ts',
  'scenarios/library/flagship.yaml',
  'scenarios/scenario.schema.json',
];
const STRANGE_FOLDERS = /(?:^|\/)(?:tests?|testing|fixtures|goldens|bench|tools|node_modules)\//;
const STRANGE_FILES = /[.](?:test|fuzz|histories)[.]|[.]tgz$|(?<!\.d)[.]ts$/;
/** Scripts of load are for k6, which reads TypeScript; a scenario names them. */
const FOR_K6 = /^scenarios\/k6\/(?:lib\/)?[a-z0-9-]+[.]ts$/;

/** What is too much and what is missing, a sentence each. */
export const packedFlaws = (files: readonly string[]): string[] => [
  ...NEEDED.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
  ...files
    .filter((file) => !FOR_K6.test(file))
    .filter((file) => STRANGE_FOLDERS.test(file) || STRANGE_FILES.test(file))
    .map((file) => `${file} is no part of the product`),
];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const { stdout } = spawnSync('npm', asked, { cwd: ROOT, encoding: 'utf8' });
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
  const files = packed?.files.map(({ path }) => path) ?? [];
  finish('packed', packedFlaws(files), `${files.length} files`);
}
