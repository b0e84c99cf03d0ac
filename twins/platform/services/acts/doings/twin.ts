/** Changes what is desired of the device, as an operator would; its token makes that once. */
import { type Doing, fieldsOf, isName, isNumber } from './doing.ts';

const SETTINGS_MAX = 20;
const WHO = 'acts';

export const twin: Doing = {
  word: 'twin',
  read: (asked) => {
    const wishes = Object.entries(fieldsOf(asked));
    const isFit = wishes.length > 0 && wishes.length <= SETTINGS_MAX;
    if (!isFit || !wishes.every(([name, value]) => isName(name) && isNumber(value))) {
      return `a twin is changed by 1 to ${SETTINGS_MAX} settings, each a number`;
    }
    const desired = Object.fromEntries(wishes) as Record<string, number>;
    return {
      aims: desired,
      perform: ({ key, subject, device, rule }, { ports }) => {
        if (subject !== device) return 'nobody';
        const path = `twin/${encodeURIComponent(device)}`;
        const said = { desired, who: WHO, why: `the rule ${rule}`, token: key };
        return ports.perform(path, said).status === 200 ? null : 'refused';
      },
    };
  },
};
