/** Node arguments that start a file of ours, in the repository as in the package. */
import { fileURLToPath } from 'node:url';

export function script(relative: string): string[] {
  const here = import.meta.url;
  const file = fileURLToPath(new URL(`${relative}.${here.endsWith('.ts') ? 'ts' : 'js'}`, here));
  return ['--disable-warning=ExperimentalWarning', file];
}
