/** TEST ONLY. Requests of a device that speaks hawkBit's DDI, one after the other. */
import { duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Platform } from '../platform.ts';

export interface Told {
  status: number;
  text: string;
}

export type Asks = (method: string, path: string, body?: object | string) => Promise<Told>;

const TURNS = 200;

/** What a server gives as a link, or in the midst of anything that it says. */
export const linkIn = (text: string, name: string): string | null =>
  new RegExp(`"${name}":\\{"href":"http://[^/"]+([^"]+)"`).exec(text)?.[1] ?? null;

export function ddiAsks(platform: Platform): { asks: Asks; end(): void } {
  const [near, far] = duplexPair();
  platform.handle(far, 'ota');
  let came = Buffer.alloc(0);
  near.on('data', (bytes: Buffer) => {
    came = Buffer.concat([came, bytes]);
  });
  const asks: Asks = async (method, path, body = '') => {
    came = Buffer.alloc(0);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const length = text === '' ? '' : `content-length: ${Buffer.byteLength(text)}\r\n`;
    near.write(`${method} ${path} HTTP/1.1\r\nhost: h\r\n${length}\r\n${text}`);
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
