/** What a scenario may say of observed children and of the air between them and their gateway. */
import type { Params } from '#kernel';

export const RESOURCE_PARAMS: Params = {
  resources: {
    kind: 'map',
    about: 'By the fleet entry of the children, what each of them lets others observe.',
    of: {
      kind: 'list',
      about: 'The resources of one child.',
      min: 1,
      of: {
        kind: 'record',
        about: 'One resource.',
        fields: {
          path: { kind: 'text', about: 'Where it is, such as /climate.' },
          signals: {
            kind: 'list',
            about: 'The signals of the model that it says.',
            min: 1,
            of: { kind: 'text', about: 'A signal.' },
          },
          confirmable: {
            kind: 'boolean',
            about: 'Whether its notifications are acknowledged, and sent again where they are not.',
            default: true,
          },
          'max-age': {
            kind: 'duration',
            about: 'How long what it says is fresh; then the gateway registers anew.',
            default: '60s',
            min: '1s',
          },
        },
      },
    },
  },
  loss: {
    kind: 'share',
    about: 'Of the notifications, those that are lost.',
    default: '0%',
  },
  late: {
    kind: 'record',
    about: 'Notifications that others overtake; none if left out.',
    optional: true,
    fields: {
      share: { kind: 'share', about: 'So many of them.', default: '10%' },
      by: {
        kind: 'duration',
        about: 'How long one is on its way.',
        default: '1500ms',
        min: '10ms',
      },
    },
  },
  timeout: {
    kind: 'duration',
    about: 'How long the gateway waits for the answer to a registration before it asks again.',
    default: '2s',
    min: '10ms',
  },
  busy: {
    kind: 'choice',
    about: 'What a child answers that is busy: not now (5.03), or no such thing (4.04).',
    of: ['5.03', '4.04'],
    default: '5.03',
  },
};
