/** What most calls say. */
const NOTHING = Object.freeze(Object.create(null)) as object;

/**
 * The own properties of a record, on one without a prototype: what somebody put on `Object.prototype` is not among them. Not for writing.
 *
 * @param of Whose, for the message.
 * @throws TypeError for what is no record: text and lists have properties too, but none that anybody meant.
 */
export function own<T extends object>(record: T, of: string = 'options'): T {
  checkRecord(record, of);
  if (Object.getPrototypeOf(record) === null) return record;
  return isEmpty(record) ? (NOTHING as T) : { __proto__: null, ...record };
}

function checkRecord(record: unknown, of: string): void {
  if (typeof record !== 'object' || Symbol.iterator in record!) throw new TypeError(`${of}: expected { name: value }`);
}

/** True without own properties: most sessions have neither proxies nor params. */
export function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}

/**
 * Reads an options object once, through own properties only: what somebody put on `Object.prototype` changes no request.
 *
 * @returns A record without a prototype, not for writing.
 * @throws TypeError naming an unknown option and the known ones.
 */
export function readOptions<T extends object>(
  options: T | null | undefined,
  keys: readonly (keyof T & string)[],
  of: string,
): T {
  if (options === null || options === undefined) return NOTHING as T;
  checkRecord(options, of);
  if (isEmpty(options)) return NOTHING as T;
  const read = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(options)) {
    if (!keys.includes(key as keyof T & string))
      throw new TypeError(`${of}: unknown option '${key}'; known are ${keys.join(', ')}`);
    read[key] = (options as Record<string, unknown>)[key];
  }
  return read as T;
}
