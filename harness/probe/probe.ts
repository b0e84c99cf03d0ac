/**
 * Asks a broker all questions and makes a card of the answers. Questions that wait begin at once,
 * the others follow a few at a time, and what would kill the broker comes last and alone. However
 * it ends, nothing of it stays behind.
 */
import { randomBytes } from 'node:crypto';
import { WorldError } from '#kernel';
import type { Hands } from './hands.ts';
import { type Finding, open, type Question } from './question.ts';
import { access } from './questions/access.ts';
import { exactlyOnce } from './questions/exactly-once.ts';
import { filters } from './questions/filters.ts';
import { inFlight } from './questions/in-flight.ts';
import { keepAlive } from './questions/keep-alive.ts';
import { mqtt5 } from './questions/mqtt5.ts';
import { clientIds, userNames } from './questions/names.ts';
import { order } from './questions/order.ts';
import { packets } from './questions/packets.ts';
import { qos } from './questions/qos.ts';
import { queue } from './questions/queue.ts';
import { redelivery } from './questions/redelivery.ts';
import { restart } from './questions/restart.ts';
import { retained } from './questions/retained.ts';
import { session } from './questions/session.ts';
import { shared } from './questions/shared.ts';
import { wills } from './questions/wills.ts';
import { NotLetIn } from './raw-client.ts';
import { Stand, type Way } from './stand.ts';

/** In the order in which the card has them. */
export const QUESTIONS: readonly Question[] = [
  ...[qos, session, queue, inFlight, order, exactlyOnce, redelivery, retained, wills, keepAlive],
  ...[filters, packets, clientIds, userNames, shared, access, mqtt5],
];

const WITHIN_MS = 52_000;
const AT_ONCE = 2;

export interface ProbeOptions {
  way: Way;
  hands: Hands | null;
  /** Topics lie below it; a name of its own where none is given. */
  prefix: string | null;
  /** Only these questions, by name; all where it is empty. */
  only: readonly string[];
  signal: AbortSignal;
  /** Told when a question has its answer. */
  onAnswer(name: string, done: number, of: number): void;
  withinMs?: number;
}

export interface Card {
  findings: Finding[];
  seconds: number;
  /** What could not be taken back. */
  left: string[];
}

export async function probe(options: ProbeOptions): Promise<Card> {
  const { way, hands, signal, only, withinMs = WITHIN_MS } = options;
  const nonce = randomBytes(3).toString('hex');
  const prefix = options.prefix ?? `tw-probe-${nonce}`;
  const beganAt = performance.now();
  const stand = new Stand({ way, nonce, prefix, deadline: beganAt + withinMs, signal });
  let findings: Finding[] = [];
  let left: string[] = [];
  try {
    await greet(stand);
    findings = await askAll(stand, options, chosen(only, hands));
  } finally {
    // Healed first, since nobody takes anything back from a broker that is down.
    try {
      await hands?.heal();
    } finally {
      left = await stand.leave();
    }
  }
  return { findings, seconds: (performance.now() - beganAt) / 1000, left };
}

function chosen(only: readonly string[], hands: Hands | null): Question[] {
  const all = hands === null ? QUESTIONS : [...QUESTIONS, restart(hands)];
  return only.length === 0 ? [...all] : all.filter(({ name }) => only.includes(name));
}

/** One clear word where nothing can be asked at all. */
async function greet(stand: Stand): Promise<void> {
  try {
    (await stand.open('hello')).goodbye();
  } catch (error) {
    if (!(error instanceof NotLetIn)) throw error;
    throw new WorldError(
      'unreachable',
      `nobody there lets us in as an MQTT broker would: ${error.message}`,
      'check host, port and --ca; --credentials FILE gives a user and a password',
    );
  }
}

async function askAll(
  stand: Stand,
  { signal, onAnswer }: ProbeOptions,
  questions: readonly Question[],
): Promise<Finding[]> {
  const answers = new Map<Question, Finding[]>();
  const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const ask = async (question: Question): Promise<void> => {
    if (signal.aborted) return;
    answers.set(question, await answerOf(stand, question, gone));
    onAnswer(question.name, answers.size, questions.length);
  };
  const isLast = ({ name }: Question): boolean => name === 'over-a-restart';
  const quick = questions.filter((one) => one.isSlow !== true && !isLast(one));
  const work = async (): Promise<void> => {
    for (let one = quick.shift(); one !== undefined; one = quick.shift()) await ask(one);
  };
  const slow = questions.filter((one) => one.isSlow === true).map(ask);
  await Promise.all([...slow, ...Array.from({ length: AT_ONCE }, work)]);
  for (const one of questions.filter(isLast)) await ask(one);
  return questions.flatMap((question) => answers.get(question) ?? []);
}

/** A question that breaks, or has no time left, leaves a line that says so. */
async function answerOf(stand: Stand, question: Question, gone: Promise<void>): Promise<Finding[]> {
  const { name } = question;
  const isLast = name === 'over-a-restart';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    if (isLast) return;
    const left = stand.within(Number.MAX_SAFE_INTEGER);
    const say = (): void => resolve([open(name, 'no time was left', 'all together have a bound')]);
    timer = setTimeout(say, left);
  });
  const stopped = gone.then(() => [open(name, 'not asked to its end', 'the probe was stopped')]);
  try {
    const asked = question.ask(stand);
    asked.catch(() => {});
    return await Promise.race([asked, late, stopped]);
  } catch (error) {
    if (error instanceof WorldError) throw error;
    const { message } = error as Error;
    return [open(name, 'could not be asked', message)];
  } finally {
    clearTimeout(timer);
  }
}
