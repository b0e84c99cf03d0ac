/**
 * Erlang from an unpacked package: its own start script knows only the place where Debian installs
 * it, so the emulator is called directly, with its root in the environment.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Erlang {
  /** The folder with `erl`, for a PATH. */
  bin: string;
  epmd: string;
  libraries: string;
  env: Readonly<Record<string, string>>;
}

export function erlangIn(root: string): Erlang {
  const home = join(root, 'usr', 'lib', 'erlang');
  const runtime = readdirSync(home).find((name) => name.startsWith('erts-')) ?? 'erts';
  const bin = join(root, 'foreign-bin');
  const emulator = join(home, runtime, 'bin');
  const libraries = join(root, 'usr', 'lib', librariesOf(process.arch));
  if (!existsSync(join(bin, 'erl'))) {
    mkdirSync(bin, { recursive: true });
    const words = `ROOTDIR='${home}' BINDIR='${emulator}' EMU=beam PROGNAME=erl`;
    writeFileSync(join(bin, 'erl'), `#!/bin/sh\nexport ${words}\nexec "$BINDIR/erlexec" "$@"\n`);
    chmodSync(join(bin, 'erl'), 0o755);
  }
  return {
    bin,
    epmd: join(emulator, 'epmd'),
    libraries,
    env: {
      PATH: `${bin}:${process.env.PATH ?? ''}`,
      LD_LIBRARY_PATH: libraries,
    },
  };
}

const librariesOf = (arch: string): string =>
  arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
