/** Where a binary lies: on the PATH, or in the folders of daemons that a user's PATH leaves out. */
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const OF_DAEMONS = ['/usr/sbin', '/usr/local/sbin'];

/** A name with a slash is a path already. Null where nothing can be executed under that name. */
export function findBinary(name: string, path = process.env.PATH ?? ''): string | null {
  const isPath = isAbsolute(name) || name.includes('/');
  const folders = isPath ? [''] : [...path.split(delimiter), ...OF_DAEMONS];
  const places = folders.map((folder) => (folder === '' ? name : join(folder, name)));
  return places.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
