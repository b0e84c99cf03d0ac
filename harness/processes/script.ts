/** Node arguments that start a file of ours, in the repository as in the package. */
import { fileURLToPath } from 'node:url';

/** `file` is named without its ending, from the one whose address is `here`. */
export function script(file: string, here: string): string[] {
  const path = fileURLToPath(new URL(`${file}.${here.endsWith('.ts') ? 'ts' : 'js'}`, here));
  return ['--disable-warning=ExperimentalWarning', path];
}
