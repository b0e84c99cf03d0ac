/** Commands the device: a message of its own goes down, with a key by which it is obeyed once. */
import { type Doing, fieldsOf, isName, isNumber } from './doing.ts';

export const command: Doing = {
  word: 'command',
  read: (asked) => {
    const { name, value } = fieldsOf(asked);
    if (!isName(name) || !isNumber(value)) return 'a command has a name and a number';
    return {
      aims: { [name]: value },
      perform: ({ key, subject, device, decided }, { courier }) => {
        // An alarm of a place is nobody's in particular.
        if (subject !== device) return 'nobody';
        return courier.send({ key, device, name, value, at: decided }) ? null : 'nobody';
      },
    };
  },
};
