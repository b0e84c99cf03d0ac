/**
 * The machine under us: the only place of process, stdio and signals. The CLI gets it as a value,
 * so that whole runs of the CLI are tested in memory.
 */
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { AuthorError, type Cancel } from '#kernel';
import { diskError } from '../record/ledger-writer.ts';
import { makeFolder } from '../record/run-directory.ts';

export interface Host {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether stderr is a terminal a panel can be drawn on. */
  stderrIsTty: boolean;
  stdoutIsTty: boolean;
  columns(): number;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  node: string;
  platform: string;
  cores: number;
  memoryMiB: number;
  freeMiB(): number;
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  readText(path: string): string;
  /** Null for what cannot be read, or is far too large. */
  readBytes(path: string): Uint8Array | null;
  write(path: string, content: string | Uint8Array): void;
  /**
   * The files below a folder, sorted. What `skips` says yes to is not looked into, nor a folder
   * for the second time that is reached by a link.
   */
  filesBelow(path: string, skips?: (path: string, name: string) => boolean): string[];
  /** Seconds since some fixed instant. */
  seconds(): number;
  /** Wall time, for names of directories and for environment.json. */
  isoTime(): string;
  /** So many milliseconds after an instant that was told in this form. */
  isoAfter(instant: string, ms: number): string;
  onInterrupt(action: () => void): Cancel;
  /** Until something begins, a wish to stop ends the process with the code that `say` gives it. */
  untilBegun(say: () => number): void;
  /**
   * A run does, or code of a user's: whoever loops in that could hear of no wish, and ends by the
   * signal itself. What was wished before is heard first.
   */
  begins(): Promise<void>;
  /** An error that nobody caught ends the process with the code that `say` gives it. */
  onCrash(say: (error: unknown) => number): void;
}

export function nodeHost(): Host {
  // Whoever reads our output may leave (`| head`): the run goes on, without an audience.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  let stopListening: Cancel = () => {};
  const onInterrupt = (action: () => void): Cancel => {
    process.on('SIGINT', action);
    process.on('SIGTERM', action);
    return () => {
      process.off('SIGINT', action);
      process.off('SIGTERM', action);
    };
  };
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stderrIsTty: process.stderr.isTTY === true,
    stdoutIsTty: process.stdout.isTTY === true,
    columns: () => process.stderr.columns ?? 100,
    env: process.env,
    cwd: process.cwd(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    freeMiB: () => Math.round(freemem() / 2 ** 20),
    exists: existsSync,
    isDirectory: (path) => existsSync(path) && statSync(path).isDirectory(),
    readText: (path) => readFileSync(path, 'utf8'),
    readBytes,
    write: (path, content) => {
      try {
        makeFolder(resolve(path, '..'));
        writeFileSync(path, content);
      } catch (error) {
        throw diskError(error, path);
      }
    },
    filesBelow,
    seconds: () => Number(process.hrtime.bigint()) / 1e9,
    isoTime: () => new Date().toISOString(),
    isoAfter: (instant, ms) => new Date(Date.parse(instant) + ms).toISOString(),
    onInterrupt,
    untilBegun: (say) => {
      stopListening = onInterrupt(() => process.exit(say()));
    },
    begins: async () => {
      // Signals are told between two of these.
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
      stopListening();
    },
    onCrash: (say) => {
      process.on('uncaughtException', (error) => process.exit(say(error)));
    },
  };
}

/** No file of bytes that is read whole has more. */
const BYTES_MAX = 1 << 24;

function readBytes(path: string): Uint8Array | null {
  try {
    const kind = statSync(path);
    return kind.isFile() && kind.size <= BYTES_MAX ? readFileSync(path) : null;
  } catch {
    return null;
  }
}

/** Whoever names a folder with more in it than that means another one. */
const FOLDERS_MAX = 10_000;

function filesBelow(
  root: string,
  skips: (path: string, name: string) => boolean = () => false,
): string[] {
  const files: string[] = [];
  const seen = new Set<string>();
  const look = (folder: string): void => {
    const real = realpathSync(folder);
    if (seen.has(real)) return;
    if (seen.add(real).size > FOLDERS_MAX) throw tooLarge(root);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      const kind = statSync(path, { throwIfNoEntry: false });
      if (kind?.isFile() === true) files.push(path);
      else if (kind?.isDirectory() === true && !skips(path, name)) look(path);
    }
  };
  look(root);
  return files.sort();
}

/** What may not be read holds nothing for us. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function tooLarge(root: string): AuthorError {
  const message = `${root} holds more than ${FOLDERS_MAX} folders`;
  return new AuthorError([{ code: 'folder', message, hint: 'name the one with the scenarios' }]);
}
