/**
 * Changes what is desired of devices, as operators and their programs would: by schedule, in waves
 * or as a storm, from one writer or from two at once. A writer reads a document, changes it, and
 * half the time says which version it has read, so that whoever else was faster is not overwritten.
 * At the end the documents are read back.
 */
import { hashText, isSelected, movedNote, onGrid, phaseOf, TWIN_OPS } from '#kernel';
import { turnParams, turnsOf } from './twin/turns.ts';
import { type Resolved, TwinWriters, WRITERS_MAX } from './twin/writers.ts';
import { defineWorkflow, type WorkflowContext } from './workflow.ts';

export default defineWorkflow({
  kind: 'twin',
  summary: 'changes what is desired of each device of a share, now and then, in waves or at once',
  params: {
    every: {
      kind: 'duration',
      about: 'Between two changes of the same device.',
      optional: true,
      group: 'when',
      min: '1s',
    },
    to: { kind: 'share', about: 'Which part of the fleet is changed.', default: '100%' },
    writers: {
      kind: 'integer',
      about: 'How many change each device at the same time.',
      default: 1,
      min: 1,
      max: WRITERS_MAX,
    },
    over: {
      kind: 'choice',
      about: 'How a change is asked for: over HTTP, or by message with an answer of its own.',
      of: ['http', 'mqtt'],
      default: 'http',
    },
    ...turnParams,
  },
  ops: TWIN_OPS,
  needs: ['twin'],
  parts: ['twin'],
  resolve: (params, context) => {
    const { seed, quantumMs, phases, devices } = context;
    const everyMs = params.every === undefined ? 0 : onGrid(Number(params.every), quantumMs);
    const offsetOf = (id: string): number =>
      Math.floor((hashText(`${seed}/twin/${id}`) / 4294967296) * (everyMs / quantumMs)) * quantumMs;
    const changed = devices.flatMap(({ id }, device) =>
      isSelected(seed, id, 'twin', Number(params.to)) ? [device] : [],
    );
    const { turns, problems } = turnsOf(params, changed, context);
    const resolved: Resolved = {
      firstAt: phaseOf(phases, 'steady').from,
      everyMs,
      writers: Number(params.writers),
      devices:
        everyMs === 0
          ? []
          : changed.map((device) => ({ device, offsetMs: offsetOf(devices[device]?.id ?? '') })),
      settings: context.settings.map((own) => [...own]),
      ...(turns.length === 0 ? {} : { turns }),
      over: params.over === 'mqtt' ? 'mqtt' : 'http',
    };
    const notes = [
      ...movedNote('twin: every', Number(params.every ?? quantumMs), quantumMs),
      ...unsettable(changed, context),
    ];
    return { resolved, notes, problems, takes: ['twin'] };
  },
  start: (ports, resolved) => new TwinWriters(ports, resolved as Resolved),
});

/** Of what cannot be changed nothing will be asked: that is said before anybody waits for it. */
function unsettable(changed: readonly number[], { entries, devices, settings }: WorkflowContext) {
  const used = [...new Set(changed.map((device) => devices[device]?.entry ?? -1))];
  const bare = used.filter((entry) => settings[entry]?.length === 0).sort((a, b) => a - b);
  const names = bare.map((entry) => entries[entry]?.id).join(', ');
  if (bare.length === 0) return [];
  return [`twin: of ${names} nothing can be set, by the model or by a part: it is left as it is`];
}
