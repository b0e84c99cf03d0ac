/**
 * One life of the service of alarms: rules that raise and clear, an operator who is right or not,
 * who asks twice or under a token of before, time that passes, and a platform that is killed. What
 * it says of itself at the end, and what a model says that is too simple to be wrong.
 */
import { type Mutant, type Random, randomStream } from '#kernel';
import { Question, Refusal } from '../../twins/platform/api/question.ts';
import type { Service, ServicePorts } from '../../twins/platform/service.ts';
import service from '../../twins/platform/services/alarms.ts';
import { openStore } from '../../twins/platform/store/store.ts';
import { Hands } from '../hands.ts';
import { Model } from './model.ts';

const NOTHING = new URLSearchParams();
const STEPS = 60;
const SUBJECTS = ['a', 'b', 'c'];
const BOUNDS = {
  ...{ floodMore: 4, floodMs: 3000, chatterTimes: 3, chatterMs: 4000, shelveMostMs: 9000 },
};

interface Listed {
  alarms: { device: string; alarms: unknown[] }[];
}

export function life(seed: number, mutant: Mutant | null) {
  const random = randomStream(seed, 'alarms');
  const hands = new Hands();
  const store = openStore(':memory:');
  store.create(service.schema);
  let fired = 0;
  const seams =
    mutant?.plant(
      () => void fired++,
      () => hands.now,
    ) ?? null;
  const start = (): Service => {
    const living = service.start({
      ...{ sql: store, seams },
      clock: { now: () => hands.now, after: (ms: number, act: () => void) => hands.after(ms, act) },
      commits: { add: (write: () => void) => write(), defer: (write: () => void) => write() },
      registry: {
        page: () => ({ limit: 10_000, items: SUBJECTS.map((id) => ({ id })), next: null }),
      },
    } as unknown as ServicePorts);
    // What a fellow is told in its own `ready` may come before that of this one.
    if (random.below(2) === 0) living.ready?.();
    else {
      changes(living);
      living.ready?.();
    }
    return living;
  };
  const model = new Model(BOUNDS);
  const standing = new Map<string, number>();
  const changes = (to: Service): void => {
    const subject = pick(random, SUBJECTS);
    const rule = pick(random, ['hot', 'still']);
    const key = `${rule} ${subject}`;
    const since = standing.get(key);
    const what = since === undefined ? 'raised' : 'cleared';
    const from = since ?? hands.now;
    const told = { rule, subject, device: subject, since: from, at: hands.now };
    to.noticed?.({ of: 'rules', what, ...told });
    model.changed(what, told, hands.now);
    if (since === undefined) standing.set(key, hands.now);
    else standing.delete(key);
  };
  const act = (path: string, body: object): number => {
    const known = Object.entries(living.acts ?? {}).find(([pattern]) => fits(pattern, path));
    try {
      known?.[1](new Question(path.split('/'), NOTHING), body);
      return 200;
    } catch (error) {
      if (error instanceof Refusal) return error.status;
      throw error;
    }
  };
  const answers: [is: number, should: number][] = [];
  const asks = (): void => {
    const wish = model.drawn(random);
    if (wish === null) return;
    const { id, what, ...body } = wish;
    // As often as not the answer is lost, and it is asked again.
    for (let time = random.below(2); time >= 0; time--) {
      answers.push([act(`alarms/${id}/${what}`, body), model.asked(wish, hands.now)]);
    }
  };
  let living = start();
  for (let step = 0; step < STEPS; step++) {
    const now = hands.now + random.below(1500);
    model.passed(now);
    hands.pass(now);
    if (random.below(12) === 0) {
      hands.drop();
      hands.now += random.below(6000);
      // Nobody takes anything off the shelf while there is no platform.
      model.passed(hands.now, hands.now);
      living = start();
    }
    if (random.below(20) === 0 && act('alarms/bounds', BOUNDS) === 200) model.bound();
    if (random.below(2) === 0) changes(living);
    else asks();
  }
  const page = living.routes.alarms?.(new Question(['alarms'], NOTHING)) as Listed;
  const floods = living.routes['alarms/floods']?.(new Question(['alarms', 'floods'], NOTHING));
  store.close();
  const is = {
    alarms: page.alarms.flatMap(({ alarms }) => alarms),
    floods: (floods as { floods: unknown[] }).floods,
  };
  return { is, should: model.told(), answers, fired, counts: model.counts };
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;

const fits = (pattern: string, path: string): boolean => {
  const [names, own] = [pattern.split('/'), path.split('/')];
  return names.length === own.length && names.every((name, at) => name === '*' || name === own[at]);
};
