/**
 * Whose a folder is that was named by hand. A run deletes what an earlier one left there; what no
 * run has written is somebody's own, whatever it is called, and stays, also where overwriting was
 * asked for.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** All that a run leaves which broke off before there was a plan. */
const BEFORE_THE_PLAN = ['ledger', 'log', 'plugins'];
/** How each plan begins, of whatever version. */
const PLAN = /^\s*\{\s*"schema":\s*"twinstorm\.plan\//;
const HEAD_BYTES = 200;

/** The name of something in there that is not ours; null where nothing is. */
export function foreignIn(folder: string): string | null {
  if (!existsSync(folder)) return null;
  const names = readdirSync(folder).sort();
  if (names.includes('plan.json') && PLAN.test(headOf(join(folder, 'plan.json')))) return null;
  return names.find((name) => !BEFORE_THE_PLAN.includes(name) && !name.endsWith('.part')) ?? null;
}

function headOf(file: string): string {
  const opened = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.toString('utf8', 0, readSync(opened, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(opened);
  }
}
