/** The windows of a rule, read. */
import { isMap, type ParamValues, type Problem, type RuleSubject, type WindowPlan } from '#kernel';

const HOUR_MS = 3_600_000;
/** More would be open at one time than anybody looks through. */
const BESIDE_MAX = 100;
/** Whoever goes by the rule keeps what came until the window is over. */
const READINGS_MAX = 3000;

export function readWindow(
  problems: Problem[],
  params: ParamValues,
  per: RuleSubject,
  fastestMs: number,
): WindowPlan | null {
  const wrong = (path: string, message: string, hint: string): null => {
    problems.push({ code: 'bad-value', path, message, hint });
    return null;
  };
  if (!isMap(params.window)) {
    return per === 'device'
      ? null
      : wrong(
          'per',
          `readings of a ${per} come each in its own time`,
          'write window: { every: 10s } to look at them together',
        );
  }
  const given = params.window as ParamValues;
  const [everyMs, gapMs] = [Number(given.every ?? 0), Number(given.gap ?? 0)];
  if (everyMs > 0 === gapMs > 0) {
    return wrong(
      'window',
      everyMs > 0 ? 'it begins by the clock, or ends by pauses' : 'it has no end',
      'write every: 10s, or gap: 5s',
    );
  }
  const overMs = everyMs > 0 ? Number(given.over ?? everyMs) : 0;
  const [mostMs, lateMs] = [Number(given.most), Number(given.late)];
  for (const [path, span] of Object.entries({
    every: everyMs,
    over: overMs,
    gap: gapMs,
    most: mostMs,
    late: lateMs,
  })) {
    if (span > HOUR_MS)
      wrong(`window.${path}`, 'a window has an end within an hour', 'write 1h at most');
  }
  if (everyMs > 0 && given.over !== undefined && overMs % everyMs !== 0) {
    wrong('window.over', 'it is no multiple of every', `write ${everyMs * 2}ms, or leave it out`);
  }
  if (everyMs > 0 && overMs / everyMs > BESIDE_MAX) {
    wrong(
      'window.over',
      `more than ${BESIDE_MAX} would be open at one time`,
      'let them begin less often',
    );
  }
  if (gapMs > 0 && given.over !== undefined) {
    wrong('window.over', 'where pauses end windows, none has a length of its own', 'write most');
  }
  const window = { everyMs, overMs, gapMs, mostMs: gapMs > 0 ? mostMs : 0, lateMs };
  problems.push(...heldAmiss(window, fastestMs));
  return window;
}

/** `fastestMs`: between two readings of its fastest device. */
function heldAmiss({ overMs, gapMs, mostMs, lateMs }: WindowPlan, fastestMs: number): Problem[] {
  if ((overMs + gapMs + mostMs + lateMs) / fastestMs <= READINGS_MAX) return [];
  const most = (READINGS_MAX * fastestMs) / 1000;
  const which = gapMs > 0 ? 'gap, most and late' : 'over and late';
  const message = `it holds more than ${READINGS_MAX} readings of one device`;
  const hint = `let ${which} come to ${most}s at most, with readings so often`;
  return [{ code: 'bad-value', path: 'window', message, hint }];
}
