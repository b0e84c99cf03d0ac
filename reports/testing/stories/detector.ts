/** Stories about a device that goes by a rule, and by a model that comes over the air. */
import { DETECTOR_OPS, type FirmwarePlan, OTA_OPS, OTA_TRUTHS, type Plan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const DEVICE = 0;
const READING = 0;
const MODEL = 'a'.repeat(64);
/** Odd is above 30 by the rule, and what lies further than 6 from 20 by the model. */
const PARAMS = { reads: 'level', above: 30, over: 2, agree: 0.75, window: 2, drift: 3 };
const SAYS = { form: 'line', mean: 20, spread: 2, change: 0, beyond: 3 };

class Life {
  readonly story: Story;
  #t = 10_000;
  #n = 0;

  constructor() {
    const artefact = { kind: 'model', says: SAYS };
    const campaign = { name: 'model', of: '', image: { sha256: MODEL, artefact } };
    const resolved = { factory: {}, keys: [], campaign } as unknown as FirmwarePlan;
    this.story = healthy({
      devices: 1,
      workflows: [{ workflow: 'ota', session: 'ota', resolved }] as Plan['workflows'],
      entry: { parts: [{ kind: 'detector', params: PARAMS }] },
      ops: [OTA_OPS, OTA_TRUTHS, DETECTOR_OPS],
    });
  }

  uses(isTrial: boolean): this {
    const image = { kind: 'model', version: '1.0.0', sha256: MODEL, counter: 2 };
    this.story.add('ota/uses', this.#t, { device: DEVICE, ...image, trial: isTrial });
    return this;
  }

  reads(value: number, by: string, odd: boolean, shadow: string): this {
    this.#t += 1000;
    const said = { value: String(value), by, odd, shadow };
    this.story.add('detector/judged', this.#t, {
      ...{ device: DEVICE, stream: READING, n: this.#n++ },
      ...said,
    });
    return this;
  }

  /** On trial, and twice of one mind with the rule. */
  proved(): this {
    return this.uses(true).reads(20, 'rule', false, 'false').reads(21, 'rule', false, 'false');
  }
}

const modelGuarded: CheckerFixtures = {
  passing: {
    'the rule alone': () =>
      new Life().reads(20, 'rule', false, '').reads(31, 'rule', true, '').story,
    'a model that proved itself, until its inputs are others': () =>
      new Life()
        .proved()
        .uses(false)
        .reads(20, 'model', false, '')
        .reads(27, 'model', true, '')
        .reads(29, 'rule', false, '')
        .reads(20, 'rule', false, '')
        .reads(20, 'model', false, '').story,
  },
  failing: {
    'the model goes on with other inputs': () =>
      new Life().proved().uses(false).reads(29, 'model', true, '').reads(29, 'model', true, '')
        .story,
    'the rule goes on though the model could': () =>
      new Life().proved().uses(false).reads(20, 'rule', false, '').story,
    'a model in shadow decides': () =>
      new Life().uses(true).reads(20, 'model', false, 'false').story,
    'it is kept before it has seen enough': () =>
      new Life().uses(true).reads(20, 'rule', false, 'false').uses(false).story,
    'it is kept though it was of another mind': () =>
      new Life()
        .uses(true)
        .reads(27, 'rule', false, 'true')
        .reads(20, 'rule', false, 'false')
        .uses(false).story,
    'it says of a reading what nothing says': () => new Life().reads(31, 'rule', false, '').story,
    'its shadow says something else than its model': () =>
      new Life().uses(true).reads(20, 'rule', false, 'true').story,
  },
  undecided: {
    'nothing was read': () => new Life().story,
    'the mean lies just on the limit': () =>
      new Life().proved().uses(false).reads(31, 'rule', true, '').story,
  },
};

export default { 'model-guarded': modelGuarded };
