/** A webhook in memory is called at the URL that is told of it, whatever host it has. */
import { expect, it } from 'vitest';
import { TAKEN } from '../../wire/webhooks.ts';
import { SimWebhooks } from './sim-webhooks.ts';

it.each(['127.0.0.1', '::1'])('is called at %s', async (host) => {
  const after = (_: number, action: () => void) => {
    action();
    return () => {};
  };
  const webhooks = new SimWebhooks({ after });
  const keys: (string | null)[] = [];
  const take = ({ key }: { key: string | null }) => {
    keys.push(key);
    return TAKEN;
  };
  const at = { host, port: 80, path: '/here', token: '' };
  const { url } = await webhooks.listen(at, { token: '', take, refused: () => {} });
  expect(URL.parse(url)?.port, url).toBe('');
  const answers: number[] = [];
  webhooks.call({ url, key: 'k', token: '', body: '{}' }, (status) => answers.push(status) > 0);
  expect([keys, answers]).toEqual([['k'], [204]]);
});
