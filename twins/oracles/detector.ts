/**
 * What each device should have found odd, and by what: from the readings that it judged, from the
 * models that its flash held, and from when it had power. A model decides once it is kept, and only
 * as long as the last readings are like those it was made for; it is kept only where it agreed with
 * the rule while it was in shadow. Written anew here, so that a mistake of the part is none here.
 */
import { type Detector, firmwareOf, type LedgerEntry, type ParamValues, type Plan } from '#kernel';
import { type DetectorStory, type Judged, Judgement } from './detector/judgement.ts';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    detector: DetectorOracle;
  }
}

export default defineOracle({
  kind: 'detector',
  summary: 'what devices should have found odd, by a rule or by a model',
  scope: 'lane',
  ops: ['boot', 'detector/judged', 'detector/ruled', 'ota/uses'],
  start: ({ plan }) => new DetectorOracle(plan),
});

export class DetectorOracle implements OracleFold {
  readonly #plan: Plan;
  /** By digest of the image. */
  readonly #models = new Map<string, Detector>();
  readonly #devices = new Map<number, Judgement>();

  constructor(plan: Plan) {
    this.#plan = plan;
    for (const { campaign } of firmwareOf(plan)) {
      const { artefact, sha256 } = campaign.image;
      if (artefact?.kind === 'model') this.#models.set(sha256, artefact.says);
    }
  }

  step(entry: LedgerEntry): void {
    const { op, device, t } = entry as LedgerEntry & { op: string };
    const judgement = this.#of(device);
    if (judgement === null) return;
    const fields = entry as unknown as Readonly<Record<string, string | number | boolean>>;
    if (op === 'boot') judgement.booted();
    else if (op === 'detector/ruled') judgement.ruled(bound(fields.above), bound(fields.below));
    else if (op === 'detector/judged') judgement.judged(judgedIn(t, fields));
    else if (op === 'ota/uses' && fields.kind === 'model') {
      const model = this.#models.get(String(fields.sha256)) ?? null;
      judgement.uses(t, model, fields.trial === true);
    }
  }

  /** Null of a device that judges nothing. */
  of(device: number): DetectorStory | null {
    return this.#of(device)?.story ?? null;
  }

  #of(device: number): Judgement | null {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'detector')?.params;
    if (params === undefined) return null;
    const made = new Judgement(settingsIn(params));
    this.#devices.set(device, made);
    return made;
  }
}

const settingsIn = ({ above, below, over, agree, window, drift }: ParamValues) => ({
  above: bound(above as number),
  below: bound(below as number),
  over: Number(over),
  agree: Number(agree),
  window: Number(window),
  drift: Number(drift),
});

const bound = (said: string | number | boolean | undefined): number | null =>
  said === undefined || said === '' ? null : Number(said);

const judgedIn = (
  t: number,
  { n, value, by, odd, shadow }: Readonly<Record<string, string | number | boolean>>,
): Judged => ({
  t,
  n: Number(n),
  value: Number(value),
  by: String(by),
  isOdd: odd === true,
  shadow: shadow === '' ? null : shadow === 'true',
});
