/**
 * Removes the containers of a run by their name: `RUN NAME`. The warden calls it, or `twinstorm
 * heal`, where the runner is no longer there to do it. Its code says where to try again: whatever
 * fails may leave a container behind, and an engine that starts again will answer later.
 */
import { TRY_AGAIN } from '../../processes/undo-code.ts';
import { loadTestcontainers, removeContainers } from './containers.ts';

const [run = '', name = ''] = process.argv.slice(2);
try {
  const { getContainerRuntimeClient } = await loadTestcontainers();
  await removeContainers(await getContainerRuntimeClient(), run, name);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(TRY_AGAIN);
}
