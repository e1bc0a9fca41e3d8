import { InvalidHeader, type Seconds } from '@requests-ts/core';
import { printable, trimBlanks } from '@requests-ts/core/authors';

/** No HTTP date and no sensible number of seconds is longer. */
const MAX_LENGTH = 64;

const SECONDS = /^[0-9]+$/;
/** `Sun, 06 Nov 1994 08:49:37 GMT`, and with dashes and two digits for the year as in `Sunday, 06-Nov-94 08:49:37 GMT`. */
const DAY_FIRST =
  /^(?:[A-Za-z]{3,9},? *)?([0-9]{1,2})[ -]([A-Za-z]{3})[ -]([0-9]{4}|[0-9]{2}) +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: *([A-Za-z]{1,5}|[+-][0-9]{4}))?$/;
/** `Sun Nov  6 08:49:37 1994`. */
const MONTH_FIRST =
  /^(?:[A-Za-z]{3},? +)?([A-Za-z]{3}) +([0-9]{1,2}) +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? +([0-9]{4})$/;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Hours east of UTC: the names of RFC 5322 §4.3. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['GMT', 0],
  ['UTC', 0],
  ['UT', 0],
  ['Z', 0],
  ['EST', -5],
  ['EDT', -4],
  ['CST', -6],
  ['CDT', -5],
  ['MST', -7],
  ['MDT', -6],
  ['PST', -8],
  ['PDT', -7],
]);
const HALF_CENTURY_MS = 50 * 365.25 * 24 * 3600 * 1000;

/**
 * How long a `Retry-After` value asks to wait (RFC 9110 §10.2.3): whole seconds, or an HTTP date in any of the forms of §5.6.7.
 *
 * @param now Epoch milliseconds that a date is measured against.
 * @returns At least 0, not capped; a date in the past gives 0.
 * @throws InvalidHeader for anything else: a sign, a fraction, an exponent, an empty value, more than 64 characters.
 */
export function parseRetryAfter(value: string, now: number): Seconds {
  const text = trimBlanks(value);
  if (text.length <= MAX_LENGTH) {
    if (SECONDS.test(text)) return Number(text);
    const date = parseDate(text, now);
    if (date !== undefined) return Math.max(0, (date - now) / 1000);
  }
  throw new InvalidHeader(`Invalid Retry-After header: ${printable(value)}: expected whole seconds or an HTTP date`);
}

/** Epoch milliseconds, or undefined when it is no date. */
function parseDate(text: string, now: number): number | undefined {
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst) {
    const [, day, month, year, hours, minutes, seconds = '0', zone = 'GMT'] = dayFirst;
    const shift = zoneMinutes(zone);
    if (shift === undefined) return undefined;
    const date = toEpoch(fullYear(year!, now), month!, day!, hours!, minutes!, seconds);
    return date === undefined ? undefined : date - shift * 60_000;
  }
  const monthFirst = MONTH_FIRST.exec(text);
  if (!monthFirst) return undefined;
  const [, month, day, hours, minutes, seconds = '0', year] = monthFirst;
  return toEpoch(Number(year), month!, day!, hours!, minutes!, seconds);
}

/** Two digits are the century that is less than fifty years ahead (RFC 9110 §5.6.7). */
function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year);
  const century = Math.floor(new Date(now).getUTCFullYear() / 100) * 100;
  const guess = century + Number(year);
  return Date.UTC(guess, 0) - now > HALF_CENTURY_MS ? guess - 100 : guess;
}

function zoneMinutes(zone: string): number | undefined {
  if (!/^[+-]/.test(zone)) {
    const hours = ZONES.get(zone.toUpperCase());
    return hours === undefined ? undefined : hours * 60;
  }
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function toEpoch(
  year: number,
  monthName: string,
  day: string,
  hours: string,
  minutes: string,
  seconds: string,
): number | undefined {
  const month = MONTHS.indexOf(monthName.toLowerCase());
  if (month < 0 || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, Number(day));
  // A day that the month does not have would run over into the next one.
  if (date.getUTCMonth() !== month || Number(day) === 0) return undefined;
  date.setUTCHours(Number(hours), Number(minutes), Number(seconds));
  return date.getTime();
}
