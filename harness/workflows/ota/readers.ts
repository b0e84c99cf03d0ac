/**
 * Two programs that read what devices say while two firmwares are about: one was written for the
 * firmware of before and looks for its names alone; the other was written for the release and
 * knows both. They read every payload that an observer is handed, and make a note of each that
 * does not tell them what they need.
 */

import type { FirmwarePlan } from '#kernel';
import { FACTORY_SCHEMA, isOf, READERS, type Reader, SCHEMA_FIELD, type Speech } from '#kernel';
import type { SeenMessage, WorkflowPorts } from '../workflow.ts';

type Values = Readonly<Record<string, unknown>>;

interface Count {
  owed: number;
  spared: number;
  misread: number;
}

/** Of one device so many are written down one by one; all are counted. */
const MISREAD_MAX = 50;

export class Readers {
  readonly #ports: WorkflowPorts;
  readonly #of: string;
  readonly #signals: readonly (readonly string[])[];
  readonly #speech: Speech;
  readonly #reads: NonNullable<FirmwarePlan['readers']>['reads'];
  readonly #counts = new Map<number, Count>();

  constructor(ports: WorkflowPorts, { campaign, readers }: FirmwarePlan, speech: Speech) {
    this.#ports = ports;
    this.#of = campaign.of;
    this.#signals = readers?.signals ?? [];
    this.#reads = readers?.reads ?? { old: 'both', new: 'both' };
    this.#speech = speech;
  }

  seen({ device, stream, n, values }: SeenMessage): void {
    const row = this.#ports.plan.devices[device];
    const needed = this.#signals[row?.entry ?? -1] ?? [];
    if (row === undefined || stream.schedule.by !== 'sampling' || needed.length === 0) return;
    if (!isOf(this.#of, row.id)) return;
    const said = values();
    const schema = Number(said[SCHEMA_FIELD] ?? FACTORY_SCHEMA);
    const count = this.#countOf(device);
    for (const reader of READERS) {
      if (!this.#isOwed(reader, schema)) {
        count.spared++;
        continue;
      }
      count.owed++;
      const missing = this.#namesFor(reader, schema, needed).find((name) => !isTold(said, name));
      if (missing === undefined || ++count.misread > MISREAD_MAX) continue;
      const why = `it does not tell ${missing}`;
      this.#ports.ledger.write('ota/misread', {
        ...{ device, stream: stream.code, n, reader, schema, why },
      });
    }
  }

  end(): void {
    for (const [device, count] of this.#counts) {
      this.#ports.ledger.write('ota/readings', { device, ...count });
    }
  }

  /** Of a firmware that neither was written for, nobody owes anything. */
  #isOwed(reader: Reader, schema: number): boolean {
    const own = reader === 'old' ? FACTORY_SCHEMA : this.#speech.schema;
    const isOfBoth = schema === FACTORY_SCHEMA || schema === this.#speech.schema;
    return schema === own || (isOfBoth && this.#reads[reader] === 'both');
  }

  #namesFor(reader: Reader, schema: number, needed: readonly string[]): readonly string[] {
    if (reader === 'old' || schema === FACTORY_SCHEMA) return needed;
    const { drops, renames } = this.#speech;
    return needed.filter((one) => !drops.includes(one)).map((one) => renames[one] ?? one);
  }

  #countOf(device: number): Count {
    let count = this.#counts.get(device);
    if (count === undefined) {
      count = { owed: 0, spared: 0, misread: 0 };
      this.#counts.set(device, count);
    }
    return count;
  }
}

const isTold = (said: Values, name: string): boolean =>
  typeof said[name] === 'number' && Number.isFinite(said[name]);
