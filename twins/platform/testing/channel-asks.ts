/** TEST ONLY. Requests of HTTP over a channel of the platform, one after the other. */
import { duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Platform } from '../platform.ts';

export interface Told {
  status: number;
  text: string;
}

export type Asks = (
  method: string,
  path: string,
  body?: object | string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Told>;

const TURNS = 200;

export function channelAsks(platform: Platform, channel: string): { asks: Asks; end(): void } {
  const [near, far] = duplexPair();
  platform.handle(far, channel);
  let came = Buffer.alloc(0);
  near.on('data', (bytes: Buffer) => {
    came = Buffer.concat([came, bytes]);
  });
  near.on('error', () => {});
  const asks: Asks = async (method, path, body = '', headers = {}) => {
    came = Buffer.alloc(0);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const length = text === '' ? '' : `content-length: ${Buffer.byteLength(text)}\r\n`;
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    near.write(`${method} ${path} HTTP/1.1\r\nhost: h\r\n${more.join('')}${length}\r\n${text}`);
    for (let turn = 0; turn < TURNS; turn++) {
      await nextTurn();
      const [head = '', ...rest] = came.toString('latin1').split('\r\n\r\n');
      const due = Number(/content-length: (\d+)/.exec(head)?.[1] ?? Number.NaN);
      const said = rest.join('\r\n\r\n');
      if (said.length >= due) return { status: Number(head.split(' ')[1]), text: said };
    }
    return { status: 0, text: '' };
  };
  return { asks, end: () => void near.destroy() };
}
