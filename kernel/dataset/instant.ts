/**
 * Instants in words and back, without a clock: the proleptic Gregorian calendar by arithmetic, as
 * ISO 8601 writes it, in UTC. Data sets reach over decades, so nothing ends in 2038.
 */

const DAY_MS = 86_400_000;
/** Days of four hundred years, after which the calendar repeats. */
const ERA_DAYS = 146_097;
/** From the first of March of year 0 to 1970. */
const EPOCH_DAYS = 719_468;

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** `2026-01-01T08:00:00.000Z`, of milliseconds since 1970; for the years 0 to 9999. */
export function isoOf(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const { year, month, day } = dateOf(days);
  const rest = ms - days * DAY_MS;
  const [hour, minute] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60];
  const [second, milli] = [Math.floor(rest / 1000) % 60, Math.floor(rest % 1000)];
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  const time = `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}`;
  return `${date}T${time}.${padded(milli, 3)}Z`;
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?Z)?$/;

/** Milliseconds since 1970; undefined where it is no such instant. */
export function instantIn(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms =
    daysOf(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli;
  // What the calendar does not have, such as the 30th of February, reads back as another day.
  const isThere = hour < 24 && minute < 60 && second < 60;
  return isThere && isoOf(ms).startsWith(text.slice(0, 10)) ? ms : undefined;
}

/** Years begin in March, so that the leap day is the last one. */
function dateOf(sinceEpoch: number): { year: number; month: number; day: number } {
  const days = sinceEpoch + EPOCH_DAYS;
  const era = Math.floor(days / ERA_DAYS);
  const dayOfEra = days - era * ERA_DAYS;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524);
  const yearOfEra = Math.floor((dayOfEra - leaps + Math.floor(dayOfEra / 146_096)) / 365);
  const past = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - past;
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - EPOCH_DAYS;
}
