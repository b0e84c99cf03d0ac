/** The version of this package, wherever it is installed. */
import { existsSync, readFileSync } from 'node:fs';

export function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    const file = new URL(up, import.meta.url);
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as {
      name?: string;
      version?: string;
    };
    if (name === 'twinstorm' && version !== undefined) return version;
  }
  return 'unknown';
}
