/**
 * `npm run check`: everything that must hold before a commit, in the order from quick to slow, a
 * line each. A step that fails does not hide the next: all of them run, what they said is shown,
 * and the list of failures stands at the end. Names given as arguments run only those steps.
 *
 *   node tools/check.ts [format types scripts lint walls bans ratchet exports tests]
 */
import { spawn } from 'node:child_process';
import { ROOT } from './house.ts';

interface Step {
  name: string;
  /** A script of a package in node_modules, or of tools/, and its arguments. */
  run: readonly string[];
  /** Whether its output is worth seeing although all is well. */
  loud?: boolean;
}

const BIOME = 'node_modules/@biomejs/biome/bin/biome';
const STEPS: readonly Step[] = [
  { name: 'format', run: [BIOME, 'format', '--max-diagnostics=50'] },
  { name: 'types', run: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'scripts', run: ['node_modules/typescript/bin/tsc', '-p', 'scenarios/k6'] },
  { name: 'lint', run: [BIOME, 'lint', '--error-on-warnings', '--max-diagnostics=50'] },
  { name: 'walls', run: ['tools/walls.ts'] },
  { name: 'bans', run: ['tools/bans.ts'] },
  { name: 'ratchet', run: ['tools/ratchet.ts'] },
  { name: 'exports', run: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'tests', run: ['node_modules/vitest/vitest.mjs', 'run'], loud: true },
];

const asked = process.argv.slice(2);
const strangers = asked.filter((name) => STEPS.every((step) => step.name !== name));
if (strangers.length > 0) {
  process.stderr.write(`no such step: ${strangers.join(', ')}\n`);
  process.exit(2);
}

const failed: string[] = [];
for (const step of STEPS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  const startedAt = performance.now();
  const { code, said } = await runStep(step);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name.padEnd(8)} ${seconds} s\n`);
  if (code === 0) continue;
  failed.push(step.name);
  process.stdout.write(`${said.replaceAll(/^/gm, '    ').trimEnd()}\n`);
}
process.stdout.write(failed.length === 0 ? 'all is well\n' : `failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** A loud step speaks for itself while it runs; of the others the words are kept for a failure. */
function runStep({ run, loud = false }: Step): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [...run], {
    cwd: ROOT,
    stdio: ['ignore', loud ? 'inherit' : 'pipe', loud ? 'inherit' : 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 1, said: signal === null ? said : `${said}ended by ${signal}\n` });
    });
  });
}
