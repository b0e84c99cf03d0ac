/** TEST ONLY. A device that posts what it measures, each message under a key. */
import type { Platform } from '../platform.ts';
import { channelAsks, type Told } from './channel-asks.ts';
import { envelope, secretOf, topicOf } from './twin.ts';

export interface PostWish {
  key?: string | null;
  secret?: string;
  topic?: string;
  body?: string;
  method?: string;
}

export function postAsks(platform: Platform, id: string) {
  const { asks, end } = channelAsks(platform, 'http');
  const post = (n: number, wish: PostWish = {}): Promise<Told> => {
    const { key = `${id}/telemetry/1/${n}`, secret = secretOf(id), method = 'POST' } = wish;
    const path = (wish.topic ?? topicOf(id, 'telemetry')).split('/').map(encodeURIComponent);
    return asks(method, `/${path.join('/')}`, wish.body ?? envelope(n), {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      ...(key === null ? {} : { 'idempotency-key': key }),
    });
  };
  return { post, end };
}
