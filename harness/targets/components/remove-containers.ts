/**
 * Removes the containers of a run: what the warden, or `twinstorm heal`, calls where the runner is
 * no longer there to do it.
 */
import { loadTestcontainers, removeContainers } from './containers.ts';

const [run] = process.argv.slice(2);
if (run === undefined) throw new Error('remove-containers RUN');
const { getContainerRuntimeClient } = await loadTestcontainers();
await removeContainers(await getContainerRuntimeClient(), run);
