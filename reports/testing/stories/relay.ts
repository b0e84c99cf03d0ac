/** Stories about a gateway that hands an image of 20,000 bytes on to two others. */
import { type FirmwareImage, type FirmwarePlan, type Plan, RELAY_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const RELAY = 0;
const SIZE = 20_000;
const RANGE = 4096;
const PATH = '/ota/spring';
const DIGEST = 'd'.repeat(64);

class Told {
  readonly story: Story;
  #ms = 9000;

  constructor(spoil: FirmwarePlan['campaign']['spoil'] = 'none') {
    const params = { cache: 50_000, range: RANGE, rate: 20_000 };
    const image = { size: SIZE, sha256: DIGEST, defect: 'none' } as unknown as FirmwareImage;
    const campaign = { name: 'spring', of: '', spoil, image } as FirmwarePlan['campaign'];
    const resolved: FirmwarePlan = { factory: image, keys: [], campaign };
    this.story = healthy({
      devices: 3,
      carried: { 1: RELAY, 2: RELAY },
      entry: { parts: [{ kind: 'relay', params }] },
      workflows: [{ workflow: 'ota', session: 'ota', resolved }] as Plan['workflows'],
      ops: [RELAY_OPS],
    });
  }

  #add(op: `relay/${string}`, fields: object): this {
    this.story.add(op, this.#ms++, { device: RELAY, ...fields });
    return this;
  }

  room(what: string, size = SIZE, path = PATH): this {
    return this.#add('relay/room', { path, size, what });
  }

  fetched(bytes: number, cut = false): this {
    return this.#add('relay/fetched', { path: PATH, bytes, size: SIZE, cut });
  }

  served(child: number): this {
    return this.#add('relay/served', { child, path: PATH, bytes: SIZE, fresh: 0 });
  }

  whole(sha256 = DIGEST): this {
    return this.#add('relay/whole', { path: PATH, size: SIZE, sha256 });
  }
}

const once = (): Told => new Told().room('takes').fetched(SIZE).served(1).served(2);
/** As much again as an interruption may cost, and what is hardly more than there is. */
const MOST = SIZE * 1.05 + RANGE + 256;
const story = (told: () => Told) => (): Story => told().story;

const relayOnce: CheckerFixtures = {
  passing: {
    'two are handed what was loaded once': story(once),
    'an interruption costs what was asked for': story(() =>
      new Told()
        .room('takes')
        .fetched(9000, true)
        .fetched(MOST - 9000),
    ),
    'it is loaded again once it was thrown away': story(() =>
      once().room('evicts').room('takes').fetched(SIZE),
    ),
    'there is no room for something large beside it': story(() =>
      once().room('passes', 30_001, '/ota/other'),
    ),
  },
  failing: {
    'it is loaded for each of them': story(() => once().fetched(SIZE)),
    'an interruption costs more than was asked for': story(() =>
      new Told()
        .room('takes')
        .fetched(9000, true)
        .fetched(MOST + 1 - 9000),
    ),
    'it is loaded twice after it was thrown away': story(() =>
      once().room('evicts').room('takes').fetched(SIZE).fetched(SIZE),
    ),
    'it is passed on though there is room': story(() =>
      once().room('passes', 30_000, '/ota/other'),
    ),
  },
  undecided: {
    'nobody asked for anything': story(() => new Told()),
    'there is no room for it': story(() => new Told().room('passes', 50_001).fetched(SIZE)),
  },
};

const relayTrue: CheckerFixtures = {
  passing: {
    'it has what the platform has': story(() => once().whole()),
  },
  failing: {
    'it has something else': story(() => once().whole('e'.repeat(64))),
  },
  undecided: {
    'it has not got all of it': story(once),
    'somebody spoilt what is served': story(() => new Told('flipped').room('takes').whole()),
  },
};

export default { 'relay-once': relayOnce, 'relay-true': relayTrue };
