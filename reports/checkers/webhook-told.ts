/**
 * Whoever is to be told by HTTP of what a platform does by itself is told of each decision, again
 * and again until he takes it, under one key, and of nothing that was not decided.
 */
import { actsOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker } from '../checker.ts';
import { decisionEvents } from '../judging/act-events.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import type { WitnessEvent } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

type Webhooks = Oracles['webhooks'];
type CallStory = ReturnType<Webhooks['stories']>[number];
type Call = CallStory['calls'][number];
type Decision = NonNullable<CallStory['decision']>;

export default defineChecker({
  kind: 'webhook-told',
  title: 'A webhook is told of each decision',
  refs: ['R1'],
  summary:
    'Each decision reaches its webhook, under one key and as it was made, and no other does.',
  judges: 'always',
  workflow: 'acts',
  broken: 'fail',
  params: {},
  asks: ['webhooks'],
  applies: (plan) => actsOf(plan).some(({ does }) => 'webhook' in does),
  start: () => ({ ops: [], end: () => new EvidenceBook().close() }),
  conclude: (merged, { plan, of }) => {
    const webhooks = of('webhooks');
    const book = new EvidenceBook();
    const named = (device: number): string[] => (device < 0 ? [] : [deviceName(plan, device)]);
    const stories = webhooks.stories();
    const keys = otherKeys(stories);
    for (const story of stories) judge(story, keys.get(story) ?? null, { webhooks, book, named });
    for (const { act, t, why, says } of webhooks.garbled) {
      book.kept();
      const what = `the webhook of ${act} was called, and nobody can read that: ${why}: ${says}`;
      book.also(() => finding(what, [], t, []));
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount, figures }) => {
    const again = figures.again ?? 0;
    const came = again === 0 ? '' : `; ${formatCount(again)} of them more than once`;
    return findingCount === 0
      ? `Of each of ${plural(decided, 'decision')} its webhook was told${came}.`
      : `Of ${plural(decided, 'decision')} ${formatCount(findingCount)} were told amiss, or never.`;
  },
});

interface Around {
  webhooks: Webhooks;
  book: EvidenceBook;
  named: (device: number) => string[];
}

/** `other`: the key under which the same is told or was made, if it is another one. */
function judge(story: CallStory, other: string | null, { webhooks, book, named }: Around): void {
  const { decision, calls, key, act } = story;
  if (decision === null) {
    if (!webhooks.isWhole) return book.doubt('not all decisions could be read');
    if (story.isOpen) return book.notOwed('it was told as the target was asked');
  } else if (decision.done && !calls.some(isTaken)) {
    const why = excuseOf(story);
    if (why !== null) return why.isDoubt ? book.doubt(why.text) : book.notOwed(why.text);
  } else if (!decision.done && calls.length === 0) return;
  book.kept();
  if (calls.length > 1) book.figure('again');
  const what = amissIn(story, other);
  if (what === null) return;
  const device = decision?.device ?? calls[0]?.device ?? -1;
  const decided = decision === null ? [] : decisionEvents(decision, webhooks.timeOf(decision));
  const seen: WitnessEvent[] = [...decided, ...calls.map(callEvent)].sort((a, b) => a.t - b.t);
  const at = calls[0]?.t ?? (decision === null ? 0 : webhooks.timeOf(decision) * 1000);
  const who = named(device);
  const whose = who.length === 0 ? '' : `, under ${who.join()},`;
  const says = `the decision ${key} of ${act.name}${whose} ${what}`;
  book.also(() => finding(says, who, at, seen));
}

const isTaken = ({ status }: Call): boolean => status >= 200 && status < 300;

const callEvent = ({ t, status, subject }: Call): WitnessEvent => ({
  ...{ t: ms(t), who: 'target', what: `tells of ${subject}, and is answered ${status}` },
});

/** Why he need not have taken it. */
function excuseOf({ owed }: CallStory): { text: string; isDoubt: boolean } | null {
  if (owed === 'too late') return { text: 'it was decided near the end', isDoubt: false };
  if (owed === 'hindered') {
    return { text: 'there was no while in which nothing hindered it', isDoubt: true };
  }
  return owed === 'not heard' ? { text: 'the webhook was not heard', isDoubt: true } : null;
}

/** Of what is told and was not made, and of what was made and not taken: where they are one. */
function otherKeys(stories: readonly CallStory[]): ReadonlyMap<CallStory, string> {
  const keys = new Map<CallStory, string>();
  const made = new Map<string, CallStory>();
  for (const story of stories) {
    if (story.decision !== null) made.set(factsOf(story.act.name, story.decision), story);
  }
  for (const story of stories) {
    const [call] = story.calls;
    if (story.decision !== null || call === undefined) continue;
    const own = made.get(factsOf(story.act.name, call));
    if (own === undefined) continue;
    keys.set(story, own.key);
    // The first of them will do.
    if (!own.calls.some(isTaken) && !keys.has(own)) keys.set(own, story.key);
  }
  return keys;
}

const factsOf = (by: string, facts: Pick<Call, (typeof FACTS)[number]>): string =>
  JSON.stringify([by, ...FACTS.map((name) => facts[name])]);

function amissIn({ decision, calls }: CallStory, key: string | null): string | null {
  if (decision === null) {
    return key === null
      ? 'was told, and made by nobody'
      : `was told, and made under the key ${key}`;
  }
  if (!decision.done) return 'was held, and told all the same';
  const other = calls.map((call) => differs(call, decision)).find((one) => one !== null);
  if (other !== undefined) return `was told otherwise than it was made: ${other}`;
  if (calls.some(isTaken)) return null;
  if (key !== null) return `was told under another key: ${key}`;
  return calls.length === 0 ? 'was never told' : 'was told until it was refused, and no more';
}

const FACTS = ['act', 'rule', 'version', 'subject', 'at', 'decided'] as const;

/** Null where it says what was decided. */
function differs(call: Call, decision: Decision): string | null {
  const wrong = FACTS.find((name) => call[name] !== decision[name]);
  if (wrong !== undefined) return `${wrong} is ${call[wrong]}, and was ${decision[wrong]}`;
  // Either may be more than the ledger has room for.
  if (decision.values === null || call.values === null) return null;
  const [told, made] = [call.values, decision.values].map(inOrder);
  return told === made ? null : `values are ${told}, and were ${made}`;
}

const inOrder = (values: unknown): string =>
  JSON.stringify(Object.entries(values ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
