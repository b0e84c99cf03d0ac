/**
 * What opens a store: the value of an environment variable, or of a file beside the scenario. It
 * goes from this process to the shards by their control channel, and nowhere else.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ParamValues, WorldError } from '#kernel';

/** Of `url-env`, `url-file`, `auth-env`, `auth-file` the one that is there; null where none is. */
export function storeSecret(params: ParamValues, base: string): string | null {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== 'string') continue;
    if (name.endsWith('-env')) return ofEnvironment(name, value);
    if (name.endsWith('-file')) return ofFile(name, resolve(base, value));
  }
  return null;
}

function ofEnvironment(param: string, name: string): string {
  const value = process.env[name]?.trim() ?? '';
  if (value !== '') return oneLine(value, `${name}, which ${param} of the store names,`);
  throw new WorldError(
    'store',
    `the environment has no ${name}, which ${param} of the store names`,
    `set it where twinstorm runs: ${name}=…`,
  );
}

function ofFile(param: string, path: string): string {
  let value = '';
  try {
    value = readFileSync(path, 'utf8').trim();
  } catch {
    // Said below, as of an empty one.
  }
  if (value !== '') return oneLine(value, `the file ${path}, which ${param} of the store names,`);
  throw new WorldError(
    'store',
    `the file ${path}, which ${param} of the store names, cannot be read or is empty`,
    'it holds one line',
  );
}

/** A header or an address has one line; a client that gets two says them in its error. */
function oneLine(value: string, where: string): string {
  if (!/[\r\n]/.test(value)) return value;
  throw new WorldError('store', `${where} has more than one line`, 'it holds one line');
}
