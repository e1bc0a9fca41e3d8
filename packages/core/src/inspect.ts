const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Says how Node's `util.inspect` prints instances of a class; other runtimes ignore it. */
export function printAs<T extends object>(type: { readonly prototype: T }, print: (self: T) => unknown): void {
  Object.defineProperty(type.prototype, INSPECT, {
    value(this: T) {
      return print(this);
    },
    configurable: true,
  });
}
