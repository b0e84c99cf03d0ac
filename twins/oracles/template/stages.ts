/**
 * The stages of one template, numbered by the target: those that it accepted, and those of which
 * nobody heard, where the numbers around them tell that they were made.
 */
import { isObject, type Json, mergePatch } from '../twin/document.ts';

/** As it was asked for and answered. Times are microseconds. */
export interface AskedStage {
  change: number;
  of: string;
  permille: number;
  patch: Json | undefined;
  askedAt: number;
  /** Infinity without a definite answer. */
  answeredAt: number;
  /** Null without any. */
  status: number | null;
  /** Of an accepted one. */
  stage: number;
}

export type StageKnown = AskedStage;

const OK = 200;
const isIndefinite = ({ status }: AskedStage): boolean =>
  status === null || status === 0 || status >= 500;

export class Stages {
  readonly #byStage: ReadonlyMap<number, AskedStage>;
  readonly #asked: readonly AskedStage[];

  constructor(asked: readonly AskedStage[]) {
    this.#asked = asked;
    this.#byStage = numbered([...asked].sort((a, b) => a.change - b.change));
  }

  at(stage: number): AskedStage | null {
    return this.#byStage.get(stage) ?? null;
  }

  /** Those that the target has answered for. */
  accepted(): AskedStage[] {
    return [...this.#byStage.values()].filter(({ status }) => status === OK);
  }

  /** Those that nobody refused; the stage is 0 where it is not known. */
  notRefused(): AskedStage[] {
    const numbered = new Map([...this.#byStage.values()].map((one) => [one.change, one]));
    return this.#asked
      .filter((one) => isIndefinite(one) || one.status === OK)
      .map((one) => numbered.get(one.change) ?? one);
  }

  /** All stages up to it, one upon the other; null where one of them is not known. */
  documentAt(stage: number): Json | null {
    let document: Json = {};
    for (let at = 1; at <= stage; at++) {
      const patch = this.#byStage.get(at)?.patch;
      if (!isObject(patch)) return null;
      document = mergePatch(document, patch);
    }
    return document;
  }
}

/** One asks for them, one after the other. */
function numbered(asked: readonly AskedStage[]): Map<number, AskedStage> {
  const byStage = new Map<number, AskedStage>();
  let last = 0;
  let open: AskedStage[] = [];
  for (const one of asked) {
    if (isIndefinite(one)) open.push(one);
    else if (one.status === OK) {
      // As many came between as nobody heard of: then these are they.
      if (one.stage === last + 1 + open.length) fill(byStage, last, open);
      byStage.set(one.stage, one);
      last = one.stage;
      open = [];
    }
  }
  // Of the last one a device may know; of several each may be the one that was made.
  if (open.length === 1) fill(byStage, last, open);
  return byStage;
}

function fill(byStage: Map<number, AskedStage>, last: number, open: readonly AskedStage[]): void {
  open.forEach((one, at) => {
    byStage.set(last + 1 + at, { ...one, stage: last + 1 + at });
  });
}
