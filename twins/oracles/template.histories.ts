/**
 * A template whose stages are asked for, answered, or not, and whose devices have it or not, in any
 * way, also one that no honest platform has. The naive model counts the accepted stages and merges
 * flat documents again for each question.
 */
import { type LedgerEntry, layOps, type Random, TEMPLATE_OPS } from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import type { TemplateOracle } from './template.ts';
import { testPlan } from './testing/plan.ts';

const DEVICES = 3;
const STAGES = 5;
const KEYS = ['lid', 'light'];

interface Event {
  t: number;
  op: string;
  device: number;
  change: number;
  permille: number;
  patch: string;
  status: number;
  stage: number;
  version: number;
  has: boolean;
}

const drawn = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T;

export default defineHistories<'template'>({
  oracle: 'template',
  about: 'which stages a device lacks, what a template says at each, and who has it wrongly',
  history(random) {
    const entries: object[] = [];
    let made = 0;
    for (let change = 0; change < STAGES; change++) {
      const said = { device: -1, template: 'eco', change };
      const keys = KEYS.filter(() => random.below(2) === 0);
      const patch = Object.fromEntries(keys.map((key) => [key, drawn(random, [1, 2, null])]));
      const permille = drawn(random, [0, 100, 500, 500, 1000]);
      const asked = { of: drawn(random, ['', '', 'things', 'things/1']), permille };
      const t = change * 1000;
      entries.push({ t, op: 'template/asked', ...said, ...asked, patch: JSON.stringify(patch) });
      const status = drawn(random, [200, 200, 200, 409, 413]);
      if (status === 200) made++;
      entries.push({ t: t + 1, op: 'template/answered', ...said, status, stage: made });
    }
    for (let device = 0; device < DEVICES; device++) {
      for (let stage = 1; stage <= STAGES; stage++) {
        if (random.below(6) === 0) continue;
        const step = { device, template: 'eco', stage, version: stage, has: random.below(2) === 0 };
        entries.push({ t: 9000 + stage, op: 'template/step', ...step });
      }
    }
    return {
      plan: { ...testPlan({ devices: DEVICES, readings: 8 }), ops: layOps([TEMPLATE_OPS]) },
      entries: entries as unknown as LedgerEntry[],
    };
  },
  differences(oracle, history) {
    const events = entriesOf(history) as unknown as (Event & { of: string })[];
    return history.plan.devices.flatMap(({ id }, device) => {
      const [is, should] = [told(oracle, device), naive(events, id, device)];
      return is === should ? [] : [`of ${id} it tells ${is}, and should tell ${should}`];
    });
  },
});

function told(oracle: TemplateOracle, device: number): string {
  const documents = Array.from({ length: STAGES }, (_, at) => oracle.documentAt('eco', at + 1));
  const missing = oracle.missing(device).map(({ stage }) => stage);
  const wrong = [...new Set(oracle.unsteady(device).wrong.map(({ stage }) => stage))];
  return JSON.stringify([documents.map(sorted), missing.sort(), wrong.sort()]);
}

const sorted = (document: object | null) =>
  document && Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1));

/** Any asked change counts once, with the first answer; accepted ones only. */
function naive(events: readonly (Event & { of: string })[], id: string, device: number): string {
  const stages = events
    .filter(({ op }) => op === 'template/asked')
    .flatMap((asked) => {
      const answer = events.find(
        ({ op, change, t }) => op === 'template/answered' && change === asked.change && t > asked.t,
      );
      return answer?.status === 200 ? [{ ...asked, stage: answer.stage }] : [];
    });
  const at = (stage: number) => stages.find((one) => one.stage === stage);
  const documents = Array.from({ length: STAGES }, (_, index) => {
    const all = stages.filter(({ stage }) => stage <= index + 1);
    if (all.length < index + 1) return null;
    const values = KEYS.flatMap((key) => {
      const last = all.findLast(({ patch }) => key in JSON.parse(patch));
      const value = last === undefined ? null : JSON.parse(last.patch)[key];
      return value === null ? [] : [[key, value]];
    });
    return values;
  });
  const mine = events.filter((one) => one.op === 'template/step' && one.device === device);
  const belongs = (of: string): boolean => of === '' || id === of || id.startsWith(`${of}/`);
  const missing = stages.filter(
    ({ stage, of }) => belongs(of) && !mine.some((step) => step.stage === stage),
  );
  const steps = mine.filter(({ stage }) => at(stage) !== undefined);
  const wrong = steps.filter(({ stage, has }, index) => {
    const [now, before] = [at(stage), steps[index - 1]];
    const share = now?.permille ?? 0;
    if (has && (share === 0 || !belongs(now?.of ?? ''))) return true;
    if (!has && share === 1000 && belongs(now?.of ?? '')) return true;
    const was = before && at(before.stage);
    if (was === undefined || was.of !== now?.of) return false;
    return before?.has ? !has && was.permille <= share : has && was.permille >= share;
  });
  const numbers = (of: readonly { stage: number }[]) => of.map(({ stage }) => stage).sort();
  return JSON.stringify([documents, numbers(missing), numbers(wrong)]);
}
