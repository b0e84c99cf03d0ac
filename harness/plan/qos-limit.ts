/**
 * A target that declares a highest QoS keeps no promise above it. What a scenario asks beyond that
 * is an error with its place, and not quietly planned at a lower QoS: whoever asks for exactly once
 * would then read a verdict on something else.
 */
import type { EntryPlan, Problem, Qos, StreamPlan, TargetPlan } from '#kernel';

export interface Asked {
  target: Pick<TargetPlan, 'name' | 'guarantees'>;
  entries: readonly Pick<EntryPlan, 'id' | 'qos'>[];
  streams: readonly Pick<StreamPlan, 'name' | 'qos' | 'retained'>[];
  /** What the dialect says of messages that nobody retains. */
  atMost?: { qos: Qos; because: string } | undefined;
  /** Where the scenario asks for a stream, for those that a workflow lays out. */
  placeOf: ReadonlyMap<string, string>;
}

export function qosProblems(asked: Asked): Problem[] {
  return [...beyondTarget(asked), ...beyondDialect(asked)];
}

/** A dialect that has a QoS for what devices say would not be itself at another. */
function beyondDialect({ entries, atMost }: Asked): Problem[] {
  if (atMost === undefined) return [];
  const { qos: most, because } = atMost;
  return entries.flatMap(({ id, qos }, index) => {
    if (qos <= most) return [];
    const path = `fleet[${index}].qos`;
    const message = `the devices of ${id} send at QoS ${qos}: ${because}`;
    const hint = `write qos: ${most} there (--set '${path}=${most}')`;
    return [{ code: 'max-qos', path, message, hint }];
  });
}

/** What has a QoS of its own above that has no place in the dialect, and goes as in our own. */
export function besideNotes({ streams, atMost }: Pick<Asked, 'streams' | 'atMost'>): string[] {
  if (atMost === undefined) return [];
  const names = streams.flatMap(({ name, qos, retained }) =>
    retained || (qos ?? 0) > atMost.qos ? [name] : [],
  );
  if (names.length === 0) return [];
  return [`${names.join(', ')} go as in our own dialect, beside: ${atMost.because}`];
}

function beyondTarget({ target, entries, streams, placeOf }: Asked): Problem[] {
  const { maxQos } = target.guarantees;
  const beyond = (what: string, qos: Qos, path: string, lower: string): Problem[] =>
    qos <= maxQos
      ? []
      : [
          {
            code: 'max-qos',
            path,
            message: `${what} at QoS ${qos}, and ${target.name} promises QoS ${maxQos} at most`,
            hint: `${lower}, or say max-qos: ${qos} under target.guarantees if it takes that`,
          },
        ];
  return [
    ...entries.flatMap(({ id, qos }, index) => {
      const path = `fleet[${index}].qos`;
      const lower = `use qos: ${maxQos} (--set '${path}=${maxQos}')`;
      return beyond(`the devices of ${id} send`, qos, path, lower);
    }),
    ...streams.flatMap(({ name, qos }) =>
      beyond(
        `the stream ${name} goes`,
        qos ?? 0,
        placeOf.get(name) ?? 'fleet',
        `use QoS ${maxQos} there`,
      ),
    ),
  ];
}
