/**
 * A property of an object somebody handed us, undefined when it only comes from `Object.prototype`: what was put there must not change what is
 * sent.
 */
export function member(object: object, key: string | symbol): unknown {
  for (let at: object | null = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, key)) return Reflect.get(object, key);
  }
  return undefined;
}

/** The same for a method. */
export function method(object: object, key: string | symbol): ((...args: unknown[]) => unknown) | undefined {
  const value = member(object, key);
  return typeof value === 'function' ? (value.bind(object) as (...args: unknown[]) => unknown) : undefined;
}
