#!/usr/bin/env node
// biome-ignore-all lint/style/useNodejsImportProtocol: Node 12 does not know the protocol.
/**
 * The `twinstorm` command. Plain JavaScript that any Node since 12 can read, so that a Node that is
 * too old is told kindly, and inside a clone is replaced by the one that `npm ci` brought. It loads
 * the TypeScript source in a clone and the compiled code in an installed package.
 */
import { spawn, spawnSync } from 'child_process';
import { existsSync } from 'fs';
import module from 'module';
import { constants } from 'os';
import { fileURLToPath } from 'url';

const REPLACED = 'TWINSTORM_NODE_REPLACED';
const COMPONENT_MISSING = 4;

const source = new URL('../harness/cli/main.ts', import.meta.url);
const compiled = new URL('../dist/harness/cli/main.js', import.meta.url);
const inClone = existsSync(source);

if (isNewEnough(process.versions.node)) {
  start();
} else {
  const own = inClone && process.env[REPLACED] === undefined ? nodeOfClone() : null;
  if (own === null) sayTooOld();
  else replaceWith(own);
}

/** 22.18 and 23.6 are the first of their lines that run TypeScript without a flag. */
function isNewEnough(version) {
  const numbers = version.split('.').map(Number);
  if (numbers[0] === 22) return numbers[1] >= 18;
  if (numbers[0] === 23) return numbers[1] >= 6;
  return numbers[0] > 23;
}

function start() {
  muteExperimental();
  dieWithParent();
  keepCompiled();
  process.on('SIGINT', sayStopped);
  import((inClone ? source : compiled).href)
    .then((house) => {
      const ended = house.main(process.argv.slice(2));
      // Only now, as it listens itself: in between a signal would be lost.
      process.removeListener('SIGINT', sayStopped);
      return ended;
    })
    .then((code) => {
      process.exitCode = code;
    })
    .catch((error) => {
      process.stderr.write(`twinstorm: ${reasonOf(error)}\n`);
      process.exitCode = COMPONENT_MISSING;
    });
}

/** Loading takes a second, and Node itself would end without a word. */
function sayStopped() {
  process.stderr.write('stopped by hand before anything began\n');
  process.exit(128 + constants.signals.SIGINT);
}

function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  if (error.code !== 'ERR_MODULE_NOT_FOUND') return error.stack;
  const remedy = inClone ? 'run `npm ci`' : 'install the package again';
  return `not completely installed, ${remedy}: ${error.message}`;
}

/** That node:sqlite is experimental is our decision and none of the user's business. */
function muteExperimental() {
  const others = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const tell of others) tell(warning);
  });
}

/**
 * What Node compiled is kept in its own cache, for this command and for the processes it starts:
 * half of a start is compiling, and a killed platform must be back soon. Node cares for what is out
 * of date.
 */
function keepCompiled() {
  if (typeof module.enableCompileCache !== 'function') return;
  module.enableCompileCache();
  const folder = module.getCompileCacheDir();
  if (folder !== undefined) process.env.NODE_COMPILE_CACHE = folder;
}

/**
 * Whoever kills the old Node that started us means us: a parent that vanishes without a word takes
 * this process with it, and the warden heals what it leaves behind.
 */
function dieWithParent() {
  if (process.env[REPLACED] === undefined || process.channel === undefined) return;
  delete process.env[REPLACED];
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

/** The Node that the clone's own packages brought, if it runs here and is new enough. */
function nodeOfClone() {
  const path = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(path)) return null;
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const version = said.status === 0 ? said.stdout.trim().replace('v', '') : '0.0.0';
  return isNewEnough(version) ? path : null;
}

/**
 * Runs this file again under another Node and stands aside: same terminal, same signals, same exit
 * code. At a terminal Ctrl-C reaches the whole group by itself; passing it on would double it.
 */
function replaceWith(node) {
  const environment = Object.assign({}, process.env);
  environment[REPLACED] = '1';
  const file = fileURLToPath(import.meta.url);
  const child = spawn(node, [file].concat(process.argv.slice(2)), {
    env: environment,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', sayTooOld);
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (constants.signals[signal] || 0) : code;
    if (child.connected) child.disconnect();
  });
}

function sayTooOld() {
  const remedy = inClone
    ? 'In this clone, `npm ci` brings its own Node 24 on Linux x64. Elsewhere install Node 24:'
    : 'Install Node 24 and run the same command again:';
  process.stderr.write(
    `twinstorm needs Node 22.18 or newer; this is ${process.version}.\n` +
      `${remedy}\n  https://nodejs.org/en/download   or   nvm install 24\n`,
  );
  process.exitCode = COMPONENT_MISSING;
}
