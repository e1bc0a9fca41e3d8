const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Defines a property that printing and JSON leave out, whatever somebody put on `Object.prototype`. */
export function hide(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, {
    __proto__: null,
    value,
    writable: true,
    configurable: true,
  } as PropertyDescriptor);
}

/** Says how Node's `util.inspect` prints instances of a class, by default as text; other runtimes ignore it. */
export function printAs<T extends object>(type: { readonly prototype: T }, print: (self: T) => unknown = String): void {
  hide(type.prototype, INSPECT, function (this: T) {
    return print(this);
  });
}
