/** The thread in which `check-plugin` tries files of a user's: one of them may never come back. */
import { threadDuty } from '#harness';
import { strayed, WorldError } from '#kernel';
import { nodeHost } from './host.ts';
import { type TrialNews, type TrialOrder, tryPlugins } from './plugin-trial.ts';

const { order, tell } = threadDuty<TrialOrder, TrialNews>((thrown) => {
  const error = strayed(thrown);
  if (error instanceof WorldError) {
    const { message, remedy } = error;
    tell({ kind: 'stray', message, ...(remedy === undefined ? {} : { remedy }) });
  } else
    tell({ kind: 'ours', stack: error instanceof Error ? (error.stack ?? '') : String(error) });
});

await tryPlugins(nodeHost(), order, tell);
tell({ kind: 'done' });
