/**
 * Oracles of the whole fleet. They run in a pass of their own, between the timeline and the lanes:
 * those that are asked for while lanes are started share one, and one that is asked for later gets
 * one at once. So whoever steps through a lane asks an oracle that has seen everything.
 */

import type { Plan } from '#kernel';
import {
  type AskOracle,
  type OracleFailures,
  type OracleKind,
  OracleRun,
  type Timeline,
} from '#oracles';
import { mergedEntries, type Segment } from './segments.ts';

export interface FleetRequest {
  plan: Plan;
  timeline: Timeline;
  oracles: ReadonlyMap<string, OracleKind>;
  failures: OracleFailures;
  segments: readonly Segment[];
}

export class FleetOracles {
  readonly #request: FleetRequest;
  readonly #run: OracleRun;
  #gathering = false;

  constructor(request: FleetRequest) {
    this.#request = request;
    const { plan, timeline, oracles, failures } = request;
    this.#run = new OracleRun({
      kinds: oracles,
      scope: 'fleet',
      around: { plan, timeline, lane: null, devices: plan.devices.map((_, index) => index) },
      failures,
      elsewhere: (kind) => {
        throw new Error(`the oracle '${kind}' sees one lane and can only be asked there`);
      },
    });
  }

  readonly of: AskOracle = <T>(kind: string): T => {
    const oracle = this.#run.of<T>(kind);
    if (!this.#gathering) this.#complete();
    return oracle;
  };

  /** Whoever is started in here may ask; after it, all that were asked are complete. */
  gather<T>(start: () => T): T {
    this.#gathering = true;
    const started = start();
    this.#gathering = false;
    this.#complete();
    return started;
  }

  #complete(): void {
    const { plan, segments } = this.#request;
    const ops = this.#run.ops();
    if (ops.size === 0) return;
    this.#run.begin();
    for (const entry of mergedEntries(plan, segments, ({ op }) => ops.has(op)))
      this.#run.step(entry);
    this.#run.rest();
  }
}
