/**
 * A command that a platform gives by itself changes the physics of its device once, however often
 * it comes; none does that nobody decided, and what the target says of it is what came of it. One
 * that is decided goes down, and comes where its device could be reached; and it goes down no more
 * often than it has to.
 */
import { actsOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { decisionEvents } from '../judging/act-events.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type CommandStory = ReturnType<Oracles['acts']['commandsOf']>[number];

export default defineChecker({
  kind: 'command-effect-once',
  title: 'A command is obeyed once',
  refs: ['R1'],
  summary:
    'A decided command comes, and changes its device once however often; no other does that.',
  judges: 'always',
  workflow: 'acts',
  broken: 'fail',
  params: {},
  asks: ['acts'],
  applies: (plan) => actsOf(plan).some(({ does }) => 'command' in does),
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const again = figures.again ?? 0;
    const came = again === 0 ? '' : `; ${formatCount(again)} of them came more than once`;
    return findingCount === 0
      ? `Each of ${plural(decided, 'command')} was obeyed once${came}.`
      : `${formatCount(findingCount)} of ${plural(decided, 'command')} did not do one thing once.`;
  },
});

/** Of what came often the first will do. */
const SEEN_MOST = 5;

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const acts = of('acts');
  const book = new EvidenceBook();
  const judge = (device: number, story: CommandStory): void => {
    const { heard, effects, decision, isOpen } = story;
    const isThere = heard.length + effects.length > 0 || story.outcome !== null;
    if (!isThere && story.missed === null) {
      return book.notOwed('the command did not come to its device');
    }
    if (decision === null && !acts.isWhole) return book.doubt('not all decisions could be read');
    if (decision === null && isOpen) return book.notOwed('it came as the target was asked');
    book.kept();
    if (heard.length > 1) book.figure('again');
    const what = amissIn(story);
    if (what === null) return;
    const who = deviceName(plan, device);
    const seen = [
      ...(decision === null ? [] : decisionEvents(decision, acts.timeOf(decision))),
      ...effects.map(({ t, name, value }) => ({ t: ms(t), who, what: `obeys ${name} ${value}` })),
      ...heard.map((t) => ({ t: ms(t), who, what: `hears of ${story.key}` })),
    ]
      .slice(0, SEEN_MOST)
      .sort((a, b) => a.t - b.t);
    const decided = decision === null ? 0 : acts.timeOf(decision) * 1000;
    const at = effects.at(-1)?.t ?? heard.at(-1) ?? decided;
    book.also(() => finding(`the command ${story.key} of ${who} ${what}`, [who], at, seen));
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) for (const one of acts.commandsOf(device)) judge(device, one);
      return book.close();
    },
  };
}

function amissIn(story: CommandStory): string | null {
  const { decision, act, effects, outcome, heard, missed, repeated } = story;
  const [first] = effects;
  if (missed === 'unsent') return 'was decided as done, and never went down';
  if (missed === 'lost') return 'went down while its device was there, and never came';
  if (decision === null || act === null) return 'was decided by nobody';
  if (!decision.done) return 'was held, and went down all the same';
  if (repeated !== null) return repeated;
  if (effects.length > 1) return `changed its physics ${effects.length} times`;
  if (first === undefined) {
    return heard.length > 0 ? 'came, and was not obeyed' : 'is told as answered, and never came';
  }
  if (!('command' in act.does)) return 'is none of what was to be done';
  const { name, value } = act.does.command;
  if (first.name !== name || first.value !== String(value)) {
    return `said ${first.name} ${first.value}, and should say ${name} ${value}`;
  }
  if (outcome === null || outcome === first.done) return null;
  const [said, was] = [outcome, first.done].map((done) => (done ? 'obeyed' : 'refused'));
  return `is told as ${said}, and was ${was}`;
}
