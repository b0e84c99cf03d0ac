/** Tells somebody outside of the decision, until he has taken it. */
import { webhookIn } from '../../../outward.ts';
import type { Doing } from './doing.ts';

export const webhook: Doing = {
  word: 'webhook',
  read: (asked) => {
    const to = webhookIn(asked);
    if (typeof to === 'string') return `of a webhook ${to}`;
    return {
      aims: {},
      perform: ({ key, act, rule, version, subject, at, decided, values }, { outbox }) => {
        const body = { act, rule, version, subject, at, decided, values };
        outbox.send({ ...to, key, body });
        return null;
      },
    };
  },
};
