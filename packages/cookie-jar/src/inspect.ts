/** Makes Node's `util.inspect` print instances as `toString()` does; other runtimes ignore it. */
export function printAsText(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: object) {
      return this.toString();
    },
    configurable: true,
  });
}
