/** What an operator calls something, and which devices it is about, by how their ids begin. */
import type { Problem } from '#kernel';
import type { WorkflowContext } from './workflow.ts';

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** `noun`: such as a campaign. */
export const misnamed = (noun: string, name: string): Problem[] =>
  NAME.test(name)
    ? []
    : [
        {
          code: 'bad-value',
          path: 'name',
          message: `${noun} cannot be called ${JSON.stringify(excerpt(name))}`,
          hint: 'write 1 to 64 of a-z, 0-9, . and -',
        },
      ];

const excerpt = (name: string): string => (name.length > 64 ? `${name.slice(0, 64)}…` : name);

export const nobodyIn = (of: string, { entries }: WorkflowContext): Problem => ({
  code: 'nobody-selected',
  path: 'of',
  message: `no device has an id that begins with ${JSON.stringify(of)}`,
  hint: `write how an id begins; fleet entries are ${entries.map(({ id }) => id).join(', ')}`,
});

export const BEGINS_TOO_LATE: Problem = {
  code: 'too-late',
  path: 'at',
  message: 'it begins when nothing is begun any more',
  hint: 'begin earlier, or let the run go on for longer',
};
