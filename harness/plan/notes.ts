/** What a person should know of a plan before it is run: limits, and what was moved. */
import { type Catalog, type EntryPlan, formatDuration, movedNote, type TargetPlan } from '#kernel';
import type { Scenario } from '#scenarios';
import { channelNotes } from './channel-notes.ts';
import { brokerWords } from './target-words.ts';

export function notesOf(
  scenario: Scenario,
  target: TargetPlan,
  entries: readonly EntryPlan[],
  catalog: Catalog,
): string[] {
  const notes = [`intended times lie on a grid of ${formatDuration(scenario.time.quantumMs)}`];
  if (target.topic !== null && !target.topic.includes('{lane}')) {
    notes.push('the topic template has no {lane}: every shard reads all messages (full fan-in)');
  }
  if (catalog.of(brokerWords).get(target.broker ?? '')?.unverified === true) {
    notes.push(
      `what ${target.broker} promises is from its documents and was never tried: probe yours`,
    );
  }
  return [...notes, ...channelNotes(entries, target, catalog), ...movedOnGrid(scenario)];
}

/** What a person wrote and what is done instead. */
function movedOnGrid(scenario: Scenario): string[] {
  const { quantumMs } = scenario.time;
  const written: [string, number | null][] = [
    ...scenario.fleet.map(({ id, everyMs }): [string, number | null] => [`${id}: every`, everyMs]),
  ];
  return written.flatMap(([name, everyMs]) =>
    everyMs === null ? [] : movedNote(name, everyMs, quantumMs),
  );
}
