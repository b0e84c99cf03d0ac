/** How a scenario says where a target reaches us by HTTP. */
import type { Params, ParamValues, Problem, WebhookPlan } from '#kernel';

/** `path`: where it is, where nobody says so; null where that hangs on something else. */
export const webhookFields = (path: string | null): Params => ({
  host: {
    kind: 'text',
    about: 'The address of this machine that is listened at.',
    default: '127.0.0.1',
  },
  port: {
    kind: 'integer',
    about: 'The port that is listened at; 0 for any that is free.',
    default: 0,
    min: 0,
    max: 65_535,
  },
  path: {
    ...({ kind: 'text', about: 'Where it is on that port.' } as const),
    ...(path === null ? { optional: true } : { default: path }),
  },
  token: {
    kind: 'text',
    about: 'What whoever calls must bear, as Authorization: Bearer …; left out, anybody may.',
    optional: true,
  },
});

const HOST = /^(?:[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:]{2,45})$/;
/** As it is compared: nothing that a client would write otherwise. */
const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;
const TOKEN = /^[\x21-\x7e]{1,200}$/;
const TEXT_MAX = 200;

export interface WebhookReading {
  webhook: WebhookPlan;
  problems: Problem[];
  notes: string[];
}

/** `at`: where it stands. */
export function readWebhook(at: string, given: ParamValues): WebhookReading {
  const { host, port, path, token = '' } = given;
  const webhook: WebhookPlan = {
    ...{ host: String(host), port: Number(port), path: String(path), token: String(token) },
  };
  const amiss = (key: string, message: string, hint: string): Problem => ({
    ...{ code: 'bad-value', path: `${at}.${key}`, message, hint },
  });
  const problems: Problem[] = [];
  if (!HOST.test(webhook.host)) {
    problems.push(amiss('host', 'nobody can listen there', 'write such as 127.0.0.1 or ::1'));
  }
  if (!PATH.test(webhook.path) || webhook.path.length > TEXT_MAX) {
    problems.push(
      amiss('path', 'it is no path', 'write such as /alarms: letters, digits, . _ ~ -'),
    );
  }
  if (webhook.token !== '' && !TOKEN.test(webhook.token)) {
    problems.push(amiss('token', 'it cannot be borne', 'write 1 to 200 letters without spaces'));
  }
  const isOpen = !/^(?:localhost|::1|127(?:\.\d{1,3}){3})$/.test(webhook.host);
  const notes =
    isOpen && webhook.token === ''
      ? [`${webhook.path} is open to whoever reaches ${webhook.host}; a token would close it`]
      : [];
  return { webhook, problems, notes };
}

/** What no two of one run may listen at. */
export const placeOf = ({ host, port, path }: WebhookPlan): string =>
  `the webhook at ${host}:${port}${path}`;
