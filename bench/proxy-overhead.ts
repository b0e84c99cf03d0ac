/**
 * What an idle proxy costs, ours beside a real toxiproxy-server in one run: how much later a small
 * message comes back through it, and how much gets through. Each engine is a process of its own;
 * both face the same peers. They take turns in short slices, and medians over slices are compared,
 * so that what else the machine does meanwhile falls on both.
 *
 *   node bench/proxy-overhead.ts [rounds]                            5 rounds take about a minute
 *
 * Ends with 1 where ours adds more than 1.5 times what the real one adds to the p99 of a round
 * trip, or moves less than half of what it moves; with 2 where there is no real one.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../harness/targets/tcp-ports.ts';
import { real } from '../tools/real.ts';
import { countOf, refuse } from './arguments.ts';

const ADDED_MAX = 1.5;
const THROUGHPUT_MIN = 0.5;

const CONNECTIONS = 50;
const MESSAGE = Buffer.alloc(120, 'm');
/** The pace of a thousand devices, far below what either can carry: this is about delay. */
const EVERY_MS = 100;
const PING_MS = 1000;
/** So short that one that the machine stood still in is one of many. */
const SLICES = 4;
const WARM_SLICES = 2;
const PUMPS = 4;
const CHUNK = Buffer.alloc(64 * 1024, 'c');
const PUMP_MS = 1500;
/** Round trips under way at one time on each connection. */
const WINDOW = 8;
const TALK_MS = 1500;

interface Way {
  name: string;
  /** Towards the echo, and towards the sink. */
  echo: number;
  sink: number;
}

async function listen(
  onSocket: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

const dial = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });

async function wayThrough(url: string, name: string, echo: number, sink: number): Promise<Way> {
  const make = async (what: string, port: number): Promise<number> => {
    const body = { name: what, listen: '127.0.0.1:0', upstream: `127.0.0.1:${port}` };
    const reply = await fetch(`${url}/proxies`, { method: 'POST', body: JSON.stringify(body) });
    const { listen: at } = (await reply.json()) as { listen: string };
    return Number(at.slice(at.lastIndexOf(':') + 1));
  };
  return { name, echo: await make('echo', echo), sink: await make('sink', sink) };
}

/** Round trips of small messages at an easy pace, in milliseconds. */
async function ping(port: number): Promise<number[]> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(port)));
  const trips: number[] = [];
  const timers = sockets.map((socket, index) => {
    const sent: number[] = [];
    let received = 0;
    socket.on('data', (bytes: Buffer) => {
      const now = performance.now();
      for (received += bytes.length; received >= MESSAGE.length; received -= MESSAGE.length) {
        trips.push(now - (sent.shift() ?? now));
      }
    });
    const send = (): void => {
      sent.push(performance.now());
      socket.write(MESSAGE);
    };
    // Spread over the interval, so that no message waits for those of others.
    let turning: NodeJS.Timeout | null = null;
    const begin = setTimeout(
      () => {
        turning = setInterval(send, EVERY_MS);
      },
      (index * EVERY_MS) / CONNECTIONS,
    );
    return () => {
      clearTimeout(begin);
      if (turning !== null) clearInterval(turning);
    };
  });
  await pause(PING_MS);
  for (const stop of timers) stop();
  for (const socket of sockets) socket.destroy();
  return trips;
}

/** Megabytes a second, one way. */
async function pump(port: number, received: () => number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: PUMPS }, () => dial(port)));
  let isOver = false;
  for (const socket of sockets) {
    socket.on('error', () => {});
    const fill = (): void => {
      while (!isOver && socket.write(CHUNK)) {}
    };
    socket.on('drain', fill);
    fill();
  }
  await pause(200);
  const [before, from] = [received(), performance.now()];
  await pause(PUMP_MS);
  const bytes = received() - before;
  const seconds = (performance.now() - from) / 1000;
  isOver = true;
  for (const socket of sockets) socket.destroy();
  return bytes / seconds / 1e6;
}

/** Round trips a second with as many under way as a busy fleet has. */
async function talk(port: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(port)));
  let trips = 0;
  for (const socket of sockets) {
    let received = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      for (received += bytes.length; received >= MESSAGE.length; received -= MESSAGE.length) {
        trips++;
        socket.write(MESSAGE);
      }
    });
    for (let n = 0; n < WINDOW; n++) socket.write(MESSAGE);
  }
  await pause(200);
  const [before, from] = [trips, performance.now()];
  await pause(TALK_MS);
  const each = (trips - before) / ((performance.now() - from) / 1000);
  for (const socket of sockets) socket.destroy();
  return each;
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

const rounds = countOf(process.argv[2], 5);
const binary = real('toxiproxy-server');
if (binary.path === null) refuse(binary.reason);

let sunk = 0;
const echo = await listen((socket) => socket.on('data', (bytes) => socket.write(bytes)));
const sink = await listen((socket) =>
  socket.on('data', ({ length }) => {
    sunk += length;
  }),
);
const ours = fork(new URL('../chaos/testing/own-process.ts', import.meta.url).pathname, {
  stdio: 'inherit',
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
const oursAt = await new Promise<string>((resolve) =>
  ours.once('message', (url) => resolve(String(url))),
);
const port = await freePort();
const theirs: ChildProcess = spawn(
  binary.path ?? '',
  ['-host', '127.0.0.1', '-port', String(port)],
  {
    stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'fatal' },
  },
);
const theirsAt = `http://127.0.0.1:${port}`;
while (!(await fetch(`${theirsAt}/version`).catch(() => null))?.ok) await pause(50);

const ways: Way[] = [
  { name: 'direct', echo: echo.port, sink: sink.port },
  await wayThrough(oursAt, 'embedded', echo.port, sink.port),
  await wayThrough(theirsAt, 'toxiproxy-server', echo.port, sink.port),
];
type Figure = 'p50' | 'p99' | 'megabytes' | 'messages';
const seen = new Map<string, number[]>();
const note = (way: Way, figure: Figure, value: number): void => {
  const key = `${way.name} ${figure}`;
  seen.set(key, [...(seen.get(key) ?? []), value]);
};
// Delay first: a process that was busy a moment ago gets its turn later.
for (let slice = -WARM_SLICES; slice < rounds * SLICES; slice++) {
  for (const way of ways) {
    const trips = await ping(way.echo);
    if (slice < 0) continue;
    note(way, 'p50', quantile(trips, 0.5));
    note(way, 'p99', quantile(trips, 0.99));
  }
}
for (let round = 0; round <= rounds; round++) {
  for (const way of ways) {
    const [megabytes, messages] = [await pump(way.sink, () => sunk), await talk(way.echo)];
    // The first round runs the code in.
    if (round === 0) continue;
    note(way, 'megabytes', megabytes);
    note(way, 'messages', messages);
  }
}
ours.kill();
theirs.kill();

const of = (name: string, figure: Figure): number => median(seen.get(`${name} ${figure}`) ?? []);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
say('                     p50 ms   p99 ms     MB/s   messages/s');
for (const { name } of ways) {
  const { p50, p99, megabytes, messages } = {
    p50: of(name, 'p50'),
    p99: of(name, 'p99'),
    megabytes: of(name, 'megabytes'),
    messages: of(name, 'messages'),
  };
  say(
    `${name.padEnd(18)} ${p50.toFixed(3).padStart(8)} ${p99.toFixed(3).padStart(8)} ` +
      `${megabytes.toFixed(0).padStart(8)} ${messages.toFixed(0).padStart(12)}`,
  );
}
const added = (name: string): number => of(name, 'p99') - of('direct', 'p99');
const slower = added('embedded') / added('toxiproxy-server');
const bulk = of('embedded', 'megabytes') / of('toxiproxy-server', 'megabytes');
const busy = of('embedded', 'messages') / of('toxiproxy-server', 'messages');
say(
  `\np99 added ${added('embedded').toFixed(3)} ms, by toxiproxy-server ` +
    `${added('toxiproxy-server').toFixed(3)} ms: ` +
    `${slower.toFixed(2)}× (at most ${ADDED_MAX}×)`,
);
say(`bytes ${bulk.toFixed(2)}×, messages ${busy.toFixed(2)}× (each at least ${THROUGHPUT_MIN}×)`);
const holds = slower <= ADDED_MAX && bulk >= THROUGHPUT_MIN && busy >= THROUGHPUT_MIN;
say(holds ? 'holds' : 'does not hold');
process.exit(holds ? 0 : 1);
