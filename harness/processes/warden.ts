/**
 * The warden: the one process that outlives a killed runner, long enough to heal. It is started
 * detached, is the parent of every process of the run, and holds the undo log. Its standard input
 * is a pipe from the runner: when that closes, for whatever reason, the warden undoes, ends what it
 * started and goes.
 *
 * Lines in are orders, lines out are what happened to processes. Nothing here waits for anything
 * without a bound.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { removeFromRegistry } from './registry.ts';
import { mayBeTriedAgain } from './undo-code.ts';

/** Orders of the runner. */
export type WardenOrder =
  | {
      kind: 'spawn';
      id: string;
      command: string;
      args: string[];
      log: string;
      input?: string;
      /** Beside the warden's own. */
      env?: Readonly<Record<string, string>>;
      /** It has children of its own, which get what it gets, and end with it. */
      hasChildren?: boolean;
    }
  | { kind: 'kill'; id: string; signal: NodeJS.Signals }
  | { kind: 'undo'; id: string; shell: string | null }
  | { kind: 'registry'; file: string }
  /** Renews the lease of everything that is injected. */
  | { kind: 'beat' }
  | { kind: 'end' };

/** What the warden tells. */
export type WardenNews =
  | { kind: 'spawned'; id: string; pid: number }
  | { kind: 'line'; id: string; text: string }
  | { kind: 'exited'; id: string; code: number | null; signal: string | null; error?: string };

/**
 * A runner that hangs is as gone as one that died: after this long without a word, all is undone.
 */
const LEASE_MS = 15_000;
const LOOK_MS = 1000;
const GRACE_MS = 700;
/** For the kernel to end who was killed. */
const LAST_MS = 2000;
const UNDO_MS = 10_000;
/** Its code where something that was done to others could not be taken back. */
const UNHEALED = 3;

/** The last one that was started under each name. */
const children = new Map<string, ChildProcess>();
/** Who has not been seen gone, under whatever name. */
const living = new Set<ChildProcess>();
/** Who leads a group of processes. */
const leaders = new WeakSet<ChildProcess>();
/**
 * Shell commands that take a fault on a foreign target back, in the order in which they were
 * pushed.
 */
const undoLog = new Map<string, string>();
let registryFile: string | null = null;
let ending = false;
let heardAt = performance.now();

function tell(news: WardenNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

function obey(order: WardenOrder): void {
  heardAt = performance.now();
  switch (order.kind) {
    case 'spawn':
      start(order);
      break;
    case 'kill':
      send(children.get(order.id), order.signal);
      break;
    case 'undo':
      if (order.shell === null) undoLog.delete(order.id);
      else undoLog.set(order.id, order.shell);
      break;
    case 'beat':
      break;
    case 'registry':
      registryFile = order.file;
      break;
    case 'end':
      void finish();
  }
}

function start(order: Extract<WardenOrder, { kind: 'spawn' }>): void {
  let log: number;
  try {
    log = openSync(order.log, 'a');
  } catch (error) {
    const { message } = error as Error;
    return tell({ kind: 'exited', id: order.id, code: null, signal: null, error: message });
  }
  // One that did not come up in time and is started again must not be lost sight of.
  send(children.get(order.id), 'SIGKILL');
  const child = spawn(order.command, order.args, {
    stdio: ['pipe', 'pipe', log],
    env: { ...process.env, ...order.env },
    detached: order.hasChildren === true,
  });
  closeSync(log);
  if (order.hasChildren === true) leaders.add(child);
  children.set(order.id, child);
  child.on('error', ({ message: error }) => {
    // Who has a number was started: a signal could not be sent to it, and it lives on.
    if (child.pid !== undefined || children.get(order.id) !== child) return;
    tell({ kind: 'exited', id: order.id, code: null, signal: null, error });
  });
  child.on('exit', (code, signal) => {
    living.delete(child);
    // Nobody it started is left to itself.
    if (leaders.has(child)) send(child, 'SIGKILL');
    if (children.get(order.id) !== child) return;
    if (signal !== null && !ending) noteEnd(order.log, signal);
    tell({ kind: 'exited', id: order.id, code, signal });
  });
  child.stdin?.on('error', () => {});
  if (order.input !== undefined) child.stdin?.write(order.input);
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (text) =>
      tell({ kind: 'line', id: order.id, text }),
    );
  }
  if (child.pid === undefined) return;
  living.add(child);
  tell({ kind: 'spawned', id: order.id, pid: child.pid });
}

/** To a leader's whole group, also when it has gone itself. */
function send(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child === undefined) return;
  if (!leaders.has(child) || child.pid === undefined) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of it is left.
  }
}

/** Who is ended by a signal says nothing any more: its log would be empty. */
function noteEnd(log: string, signal: string): void {
  try {
    appendFileSync(log, `ended with ${signal}\n`);
  } catch {
    // A full disk; the news is told all the same.
  }
}

/** Undo, newest first; then every child gets a moment to go by itself. */
async function finish(): Promise<void> {
  if (ending) return;
  ending = true;
  let isHealed = true;
  for (const shell of [...undoLog.values()].reverse()) {
    if (mayBeTriedAgain(await runShell(shell))) isHealed = false;
  }
  for (const child of living) child.stdin?.end();
  for (const child of living) send(child, 'SIGCONT');
  for (const child of living) send(child, 'SIGTERM');
  await childless(GRACE_MS);
  for (const child of living) send(child, 'SIGKILL');
  // Whoever sees us gone may take it that they are.
  await childless(LAST_MS);
  // What could not be taken back stays on the list of runs, for `twinstorm heal`.
  if (registryFile !== null && isHealed) removeFromRegistry(registryFile);
  process.exit(isHealed ? 0 : UNHEALED);
}

async function childless(boundMs: number): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (living.size > 0 && performance.now() < deadline) await pause(20);
}

/** Its code; undefined when it took too long. */
function runShell(shell: string): Promise<number | null | undefined> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', shell], { stdio: 'ignore', detached: true });
    const done = (code: number | null | undefined): void => {
      clearTimeout(timer);
      resolve(code);
    };
    const timer = setTimeout(() => done(undefined), UNDO_MS);
    child.on('exit', done);
    child.on('error', () => done(null));
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// A terminal's Ctrl-C reaches the whole group; the warden ends by its pipe alone.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});
process.stdout.on('error', () => {});
setInterval(() => {
  if (performance.now() - heardAt > LEASE_MS) void finish();
}, LOOK_MS);
const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => {
  try {
    obey(JSON.parse(line) as WardenOrder);
  } catch {
    // Half an order: the runner died in the middle of it.
    void finish();
  }
});
orders.on('close', () => void finish());
