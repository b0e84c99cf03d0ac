/** Stories about a template in two stages, over two devices: one has it first, then both. */
import { TEMPLATE_OPS, TWIN_OPS, TWIN_TRUTHS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, healthy, type Story } from '../story.ts';

const READ = DRAINED + 200;

type Document = Readonly<Record<string, unknown>>;

class Told {
  readonly story: Story;

  constructor(devices = 2) {
    const workflow = (name: string) => ({ workflow: name, session: name, resolved: null });
    this.story = healthy({
      devices,
      workflows: [workflow('template'), workflow('twin')],
      ops: [TEMPLATE_OPS, TWIN_OPS, TWIN_TRUTHS],
    });
  }

  stage(change: number, permille: number, patch: Document, status = 200, at?: number): this {
    const t = at ?? 7000 + change * 3000;
    const said = { device: -1, template: 'eco', change };
    const asked = { of: '', permille, patch: JSON.stringify(patch) };
    this.story.add('template/asked', t, { ...said, ...asked });
    this.story.add('template/answered', t + 5, { ...said, status, stage: change + 1 });
    return this;
  }

  own(device: number, t: number, patch: Document, version: number): this {
    const said = { device, change: 0 };
    const asked = { writer: 0, from: -1, patch: JSON.stringify(patch) };
    this.story.add('twin/asked', t, { ...said, ...asked });
    this.story.add('twin/answered', t + 5, { ...said, status: 200, version });
    return this;
  }

  given(device: number, stage: number, version: number, has: boolean): this {
    this.story.add('template/step', READ + 1, { device, template: 'eco', stage, version, has });
    return this;
  }

  read(device: number, version: number, desired: Document): this {
    const text = JSON.stringify(desired);
    this.story.add('template/read', READ, { device, version, desired: text });
    return this;
  }
}

/** By the first stage one of the two has it, by the second both. */
const asked = (): Told => new Told().stage(0, 500, { setpoint: 18 }).stage(1, 1000, {});

const steps = (told: Told, first: readonly boolean[], second: readonly boolean[]): Told => {
  for (const [at, has] of first.entries()) told.given(0, at + 1, at + 1, has);
  for (const [at, has] of second.entries()) told.given(1, at + 1, at + 1, has);
  return told;
};

const ECO = { setpoint: 18 };
const honest = (): Told =>
  steps(asked().read(0, 2, ECO).read(1, 2, ECO), [true, true], [false, true]);

/** The first of two is set by itself between the stages. */
const overridden = (desired: Document): Story =>
  asked()
    .own(0, 8000, { setpoint: 25 }, 2)
    .given(0, 1, 1, true)
    .given(0, 2, 3, true)
    .given(1, 1, 1, false)
    .given(1, 2, 2, true)
    .read(0, 3, desired)
    .read(1, 2, ECO).story;

const templateStaged: CheckerFixtures = {
  passing: {
    'who has it keeps it': () => honest().story,
    'it shrinks, and who had it not does not get it': () =>
      steps(new Told().stage(0, 500, ECO).stage(1, 200, {}), [true, false], [false, false]).story,
  },
  failing: {
    'who had it loses it': () => steps(asked(), [true, false], [false, true]).story,
    'it shrinks, and another gets it': () =>
      steps(new Told().stage(0, 500, ECO).stage(1, 200, {}), [true, false], [false, true]).story,
    'it is for all, and one has it not': () => steps(asked(), [true, true], [false, false]).story,
    'it is for nobody, and one has it': () =>
      steps(new Told().stage(0, 0, ECO), [true], [false]).story,
  },
  undecided: {
    'nothing was read': () => asked().story,
    'nobody knows whether it was made': () =>
      steps(new Told().stage(0, 500, ECO, 400), [true], [false]).story,
  },
};

/** The first stage is for a fifth of forty devices, and so many have it. */
function shared(have: number, devices = 40): Story {
  const told = new Told(devices).stage(0, 200, ECO);
  for (let device = 0; device < devices; device++) told.given(device, 1, 1, device < have);
  return told.story;
}

const templateShared: CheckerFixtures = {
  passing: {
    'a fifth has what is for a fifth': () => shared(8),
    'a few more do': () => shared(12),
    'all have what is for all': () => {
      const told = new Told(30).stage(0, 1000, ECO);
      for (let device = 0; device < 30; device++) told.given(device, 1, 1, true);
      return told.story;
    },
  },
  failing: {
    'all have it': () => shared(40),
    'far more have it': () => shared(25),
    'nobody has what is for four of five': () => {
      const told = new Told(30).stage(0, 800, ECO);
      for (let device = 0; device < 30; device++) told.given(device, 1, 1, false);
      return told.story;
    },
  },
  undecided: {
    'there are too few to tell': () => shared(2, 4),
    'there are too few to tell half of them from all': () => {
      const told = new Told(24).stage(0, 500, ECO);
      for (let device = 0; device < 24; device++) told.given(device, 1, 1, true);
      return told.story;
    },
    'nobody knows whether it was made': () => {
      const told = new Told(30).stage(0, 200, ECO, 400);
      for (let device = 0; device < 30; device++) told.given(device, 1, 1, true);
      return told.story;
    },
  },
};

const templateKept: CheckerFixtures = {
  passing: {
    'both have what it says': () => honest().story,
    'what is desired of one alone lies over it': () => overridden({ setpoint: 25 }),
    'a stage that nobody answered was made': () =>
      steps(new Told().stage(0, 1000, ECO, 0).read(0, 1, ECO).read(1, 1, ECO), [true], [true])
        .story,
    'a stage was under way when it was read': () =>
      honest().stage(2, 1000, { setpoint: 19 }, 200, READ - 2).story,
    'who does not have it is not told what it says': () =>
      steps(new Told().stage(0, 500, ECO).read(0, 1, ECO).read(1, 1, {}), [true], [false]).story,
  },
  failing: {
    'it goes over what is desired of one alone': () => overridden(ECO),
    'a stage never came to one': () =>
      steps(asked().read(0, 2, ECO).read(1, 1, {}), [true, true], [false]).story,
    'one has it and is told something else': () =>
      steps(asked().read(0, 2, { setpoint: 19 }).read(1, 2, ECO), [true, true], [false, true])
        .story,
    'one has it not, and is told what it says': () =>
      steps(new Told().stage(0, 500, ECO).read(0, 1, ECO).read(1, 1, ECO), [true], [false]).story,
  },
  undecided: {
    'nothing was read': () => asked().story,
    'a change of which nobody knows came between': () =>
      asked()
        .given(0, 1, 1, true)
        .given(0, 2, 3, true)
        .given(1, 1, 1, false)
        .given(1, 2, 3, true)
        .read(0, 3, ECO)
        .read(1, 3, ECO).story,
  },
};

export default {
  'template-kept': templateKept,
  'template-shared': templateShared,
  'template-staged': templateStaged,
};
