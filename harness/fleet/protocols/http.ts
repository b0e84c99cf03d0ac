/**
 * HTTP: one message per POST, over a connection that is kept, one request after the other. A
 * message has an idempotency key; one whose outcome is not known is posted again under the same.
 */
import { intakeFlaws, PLACES } from '../http/post-template.ts';
import { PostingConnection } from '../http/posting-connection.ts';
import { defineProtocol } from '../protocol.ts';

export default defineProtocol({
  kind: 'http',
  summary: 'one message per POST, under an idempotency key, until it is answered',
  params: {
    timeout: {
      kind: 'duration',
      about: 'How long an answer is waited for; then the message is posted again.',
      default: '5s',
      min: '10ms',
    },
    tries: {
      kind: 'integer',
      about: 'So often a message is posted at most; without end when left out.',
      optional: true,
      min: 1,
    },
  },
  channel: 'http',
  window: 1,
  sessions: false,
  intake: {
    params: {
      post: {
        kind: 'text',
        about: `Address that takes one message; ${PLACES.join(', ')} stand for values.`,
      },
      headers: {
        kind: 'map',
        of: { kind: 'text', about: 'Its text, with the same placeholders.' },
        about: 'Further lines of the head, by name.',
        default: {},
      },
      key: {
        kind: 'text',
        about: 'Name of the header with the key of the message.',
        default: 'Idempotency-Key',
      },
      ca: { kind: 'text', about: 'File with the certificate authority to trust.', optional: true },
    },
    problems: intakeFlaws,
    url: ({ post }) => String(post),
  },
  reach: (fleet, owner) => new PostingConnection(fleet, owner),
});
