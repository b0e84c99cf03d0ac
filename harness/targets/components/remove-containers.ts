/**
 * Removes the containers of a run by their name: `RUN NAME`. The warden calls it, or `twinstorm
 * heal`, where the runner is no longer there to do it. Ends with 1 where something may be left.
 */
import { loadTestcontainers, removeContainers } from './containers.ts';

const [run = '', name = ''] = process.argv.slice(2);
const { getContainerRuntimeClient } = await loadTestcontainers();
await removeContainers(await getContainerRuntimeClient(), run, name);
