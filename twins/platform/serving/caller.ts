/** Calls of the platform to addresses outside, over HTTP. */
import type { Call } from '../outward.ts';

/** Who has not answered by then has not answered. */
const BOUND_MS = 5000;

export const httpCall: Call = async ({ url, key, token, body }) => {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'idempotency-key': key,
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
  };
  try {
    const signal = AbortSignal.timeout(BOUND_MS);
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
};
