/**
 * The way in by HTTP: a device posts one message at a time to the path of its topic, says who it is
 * by Basic authorization, and names the message by an idempotency key. The key is kept in the very
 * transaction that takes the message, so that a post which comes again, since its answer was lost
 * or the platform died, is answered like the first and taken once.
 */
import type { Duplex } from 'node:stream';
import { hashBytes } from '#kernel';
import { type HttpAnswer, type HttpRequest, serveHttp } from '../http-server.ts';
import {
  type Asked,
  type BroughtEnd,
  defineService,
  type Service,
  type ServicePorts,
} from '../service.ts';

export interface PostsSeams {
  /** A message came under a key that is known: true takes it once more. */
  forgetKey?(device: string, key: string): boolean;
  /** A message is about to be taken: it is answered at once, and committed so many ms later. */
  answerEarly?(device: string, key: string): number;
}

const KEY_MAX = 300;
const BODY_BYTES_MAX = 64 * 1024;

export default defineService<PostsSeams>({
  kind: 'posts',
  summary: 'takes messages by HTTP, each once by its idempotency key',
  schema: `
    CREATE TABLE IF NOT EXISTS posts(
      device TEXT NOT NULL, key TEXT NOT NULL, hash INTEGER NOT NULL, at REAL NOT NULL,
      PRIMARY KEY(device, key)) WITHOUT ROWID;
  `,
  seams: ['forgetKey', 'answerEarly'],
  truth: 'posts',
  channels: ['http'],
  intake: {
    http: { post: 'http://platform/{topic}', headers: { authorization: 'Basic {basic}' } },
  },
  start: (ports) => new Posts(ports),
});

/** What a request says, read. */
interface Post {
  user: string;
  password: Uint8Array;
  topic: string;
  /** Null where it names none: such a message is taken each time that it comes. */
  key: string | null;
  hash: number;
  payload: Uint8Array;
}

interface KeyRow {
  device: string;
  key: string;
  hash: number;
  at: number;
}

class Posts implements Service {
  readonly #ports: ServicePorts<PostsSeams>;
  readonly #known;
  readonly #keep;
  readonly #page;
  readonly #counts = { posts: 0, postsAgain: 0 };
  readonly channels = {
    http: (connection: Duplex) =>
      serveHttp(connection, (request, answer) => this.#take(request, answer), BODY_BYTES_MAX),
  };
  readonly routes = { posts: (asked: Asked) => this.#list(asked) };

  constructor(ports: ServicePorts<PostsSeams>) {
    const { sql } = ports;
    this.#ports = ports;
    this.#known = sql.prepare<KeyRow>('SELECT * FROM posts WHERE device=? AND key=?');
    this.#keep = sql.prepare('INSERT OR IGNORE INTO posts VALUES(?,?,?,?)');
    this.#page = sql.prepare<KeyRow>(
      'SELECT * FROM posts WHERE (device, key) > (?, ?) ORDER BY device, key LIMIT ?',
    );
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #take(request: HttpRequest, answer: (said: HttpAnswer) => void): void {
    if (request.method !== 'POST') return answer({ status: 405, headers: 'allow: POST\r\n' });
    const post = postIn(request);
    if (typeof post === 'number') return answer({ status: post, headers: headersOf(post) });
    this.#counts.posts++;
    const { seams, clock } = this.#ports;
    const lateMs = seams?.answerEarly?.(post.user, post.key ?? '') ?? 0;
    if (lateMs <= 0) return this.#bring(post, answer);
    answer({ status: 200 });
    clock.after(lateMs, () => this.#bring(post, () => {}));
  }

  #bring(post: Post, answer: (said: HttpAnswer) => void): void {
    let isOther = false;
    this.#ports.bring(
      post,
      () => {
        const before = post.key === null ? undefined : this.#known.all(post.user, post.key)[0];
        if (before === undefined) return this.#isKept(post);
        isOther = before.hash !== post.hash;
        this.#counts.postsAgain++;
        return !isOther && this.#ports.seams?.forgetKey?.(post.user, before.key) === true;
      },
      (end) => {
        const status = isOther ? 422 : STATUS[end];
        answer({ status, headers: headersOf(status) });
      },
    );
  }

  #isKept({ user, key, hash }: Post): true {
    if (key !== null) this.#keep.run(user, key, hash, this.#ports.clock.now());
    return true;
  }

  #list(asked: Asked) {
    const limit = asked.limit();
    const [device = '', key = ''] = (asked.text('cursor') ?? '').split(' ');
    const posts = this.#page.all(device, key, limit);
    const last = posts.length === limit ? posts.at(-1) : undefined;
    return { posts, limit, next: last === undefined ? null : `${last.device} ${last.key}` };
  }
}

const STATUS: Readonly<Record<BroughtEnd, number>> = {
  taken: 200,
  known: 200,
  stranger: 401,
  'not-allowed': 403,
  malformed: 400,
  shut: 503,
};

function headersOf(status: number): string {
  if (status === 401) return 'www-authenticate: Basic realm="platform"\r\n';
  return status === 503 ? 'retry-after: 1\r\n' : '';
}

/** The status of whoever sends what cannot be read. */
export function postIn({ path, header, body }: HttpRequest): Post | number {
  const account = accountIn(header('authorization'));
  if (account === null) return 401;
  const topic = topicIn(path);
  const key = header('idempotency-key');
  if (topic === null || key.length > KEY_MAX || /\s/.test(key)) return 400;
  const payload = Uint8Array.from(body);
  const hash = hashBytes(payload);
  return { ...account, topic, key: key === '' ? null : key, hash, payload };
}

function accountIn(authorization: string): Pick<Post, 'user' | 'password'> | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  if (colon < 1) return null;
  return { user: bytes.subarray(0, colon).toString(), password: bytes.subarray(colon + 1) };
}

/** The path is the topic; what would be a wildcard in one names nothing. */
function topicIn(path: string): string | null {
  try {
    const topic = path.slice(1).split('/').map(decodeURIComponent).join('/');
    return topic === '' || /[+#\0]/.test(topic) ? null : topic;
  } catch {
    return null;
  }
}
