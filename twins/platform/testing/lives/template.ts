/**
 * TEST ONLY. A life in which a template grows from stage to stage over devices of which some are
 * set by themselves, before and after.
 */
import type { Platform } from '../../platform.ts';

/** What anybody could see of it. */
export default async function templateLife(platform: Platform, ids: readonly string[]) {
  const answers: string[] = [];
  const seen: string[] = [];
  const ask = (path: string, body: object): void => {
    const { status, body: answer } = platform.request('POST', path, NOTHING, body);
    answers.push(`${path}: ${status} ${JSON.stringify(answer)}`);
  };
  const [first = '', second = ''] = ids;
  const own = (id: string, desired: object): void =>
    ask(`/twin/${encodeURIComponent(id)}`, { desired });
  own(first, { lid: 7 });
  for (const share of [0.2, 0.5, 1]) {
    ask('/template/eco', { of: 'fridges', share, desired: { lid: 1, light: share } });
    own(second, { light: 9 });
    const { body } = platform.request('GET', '/template', new URLSearchParams('limit=999'));
    seen.push(JSON.stringify(body));
  }
  own(first, { lid: null });
  const { body } = platform.request('GET', '/template', new URLSearchParams('limit=999'));
  return { answers, seen, template: (body as { template: unknown[] }).template };
}

const NOTHING = new URLSearchParams();
