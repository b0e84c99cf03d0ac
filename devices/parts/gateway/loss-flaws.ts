/** A bus that loses everything, told before a run: it would measure nothing. */
import type { ParamValues } from '#kernel';
import type { PartFlaw } from '../../part.ts';

export const lossFlaws = ({ loss }: ParamValues, path: PartFlaw['path']): PartFlaw[] =>
  Number(loss) >= 1
    ? [
        {
          path: [...path, 'loss'],
          message: 'nobody on it is ever heard',
          hint: 'write less than 100%; what fails for a while is a fault',
        },
      ]
    : [];
