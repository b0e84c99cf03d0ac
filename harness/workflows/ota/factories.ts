/**
 * What devices left the factory with, by the board that they have, and how long a release is good
 * for.
 */
import { type FirmwareImage, type FirmwarePlan, HARDWARE, type ParamValues } from '#kernel';
import type { WorkflowContext } from '../workflow.ts';
import { FACTORY_KEY, releaseOf } from './releases.ts';

/** What leaves the factory has it, and devices run no firmware with an older one. */
export const FIRST_COUNTER = 1;
/** One that is stale was good until so long before it is offered. */
const STALE_MS = 1000;

export const factoryOf = (
  seed: number,
  version: string,
  size: number,
  hardware = HARDWARE,
): FirmwareImage =>
  releaseOf(seed, {
    head: { version, hardware, defect: 'none' },
    ...{ size, counter: FIRST_COUNTER, key: FACTORY_KEY, spoil: 'none' },
  });

/** Of other boards than the usual one. */
export function factoriesOf(
  { seed, partParams }: WorkflowContext,
  version: string,
  size: number,
): Pick<FirmwarePlan, 'factories'> {
  const boards = partParams.map(({ ota }) => String(ota?.board ?? HARDWARE));
  const others = [...new Set(boards)].filter((board) => board !== HARDWARE);
  if (others.length === 0) return {};
  const made = others.map((board) => [board, factoryOf(seed, version, size, board)] as const);
  return { factories: Object.fromEntries(made) };
}

export function validUntil({ valid, spoil }: ParamValues, at: number): { until?: number } {
  if (spoil === 'stale') return { until: Math.max(0, Math.floor(at) - STALE_MS) };
  return valid === undefined ? {} : { until: Math.floor(at + Number(valid)) };
}
