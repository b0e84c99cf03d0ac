/**
 * The command that repeats a run: what was typed, with all that a default decided written out, so
 * that it can be pasted into a shell as it stands.
 */
import { isAbsolute, relative } from 'node:path';
import type { Gear } from '#kernel';
import type { RunFlags } from './flags.ts';
import { type SplitFlags, splitParts } from './splitting.ts';

/** `file` is named as in the plan. */
export function replayLine(file: string, gear: Gear, seed: number, flags: RunFlags): string {
  const parts = ['twinstorm', 'run', file, '--gear', gear, '--seed', String(seed)];
  if (flags.devices !== undefined) parts.push('--devices', String(flags.devices));
  for (const set of flags.set ?? []) parts.push('--set', set);
  if (flags.target !== undefined) parts.push('--target', withoutPassword(flags.target));
  if (flags.proxy !== undefined) parts.push('--proxy', withoutPassword(flags.proxy));
  if (flags.mutant !== undefined) parts.push('--mutant', flags.mutant);
  for (const plugin of flags.plugin ?? []) parts.push('--plugin', plugin);
  return parts.map(quoted).join(' ');
}

/** The command that makes a data set again; where to is for whoever makes it to say. */
export function againLine(
  file: string,
  seed: number,
  flags: RunFlags &
    SplitFlags & {
      format: string;
      start: string;
      truth?: boolean;
      license?: string;
      days?: number;
      every?: number;
    },
): string {
  const parts = ['twinstorm', 'generate', file, '--seed', String(seed)];
  if (flags.devices !== undefined) parts.push('--devices', String(flags.devices));
  for (const set of flags.set ?? []) parts.push('--set', set);
  for (const plugin of flags.plugin ?? []) parts.push('--plugin', plugin);
  if (flags.days !== undefined) parts.push('--days', String(flags.days));
  if (flags.every !== undefined) parts.push('--every', `${flags.every}ms`);
  parts.push('--format', flags.format, '--start', flags.start);
  if (flags.truth === true) parts.push('--truth');
  parts.push(...splitParts(flags));
  if (flags.license !== undefined) parts.push('--license', flags.license);
  return [...parts, '--out', 'data'].map(quoted).join(' ');
}

/**
 * The name of a scenario's file for plans and reports: as it was given, since only so it is found
 * again. What lies below the working folder is named from there, without a path of the machine.
 */
export function nameOf(cwd: string, file: string): string {
  if (!isAbsolute(file)) return file;
  const name = relative(cwd, file);
  return name.startsWith('..') ? file : name;
}

const withoutPassword = (target: string): string => target.replace(/\/\/[^/@]*@/, '//');

/** For a POSIX shell. */
const quoted = (text: string): string =>
  /^[\w./:=-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
