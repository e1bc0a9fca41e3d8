import { describe, expect, it } from 'vitest';
import { own, readOptions } from './options.ts';

interface Known {
  readonly a?: unknown;
  readonly b?: unknown;
}

const read = (options: unknown): Known => readOptions<Known>(options as Known, ['a', 'b'], 'thing');

describe('readOptions', () => {
  it('gives the known options on a record without a prototype', () => {
    const given = read({ a: 1 });
    expect(Object.getPrototypeOf(given)).toBeNull();
    expect(given.a).toBe(1);
    expect(given.b).toBeUndefined();
    expect(read(null)).toEqual(read({}));
    expect(read(undefined)).toEqual(read({}));
  });

  it('B-API-24 B-DIFF-02 refuses an unknown option, naming it and the known ones', () => {
    expect(() => read({ c: 1 })).toThrow(new TypeError("thing: unknown option 'c'; known are a, b"));
    expect(() => read({ c: undefined })).toThrow(TypeError);
  });

  it.each([
    ['text', 'a'],
    ['a number', 5],
    ['a list', ['a']],
    ['a function', () => 1],
    ['true', true],
  ])('B-API-02 M29 refuses %s instead of options, saying what options look like', (_, options) => {
    expect(() => read(options)).toThrow('thing: expected { name: value }');
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])('[J01] refuses %s as an option', (name) => {
    const options: unknown = JSON.parse(`{"${name}": {"polluted": true}}`);
    expect(() => read(options)).toThrow(`unknown option '${name}'`);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('[J01] reads each option once, and none from a prototype', () => {
    let reads = 0;
    const options = {
      get a() {
        return ++reads;
      },
    };
    expect(read(options).a).toBe(1);
    expect(reads).toBe(1);
    expect(read(Object.create({ a: 1 })).a).toBeUndefined();
    const polluted = Object.prototype as Record<string, unknown>;
    try {
      polluted.a = 'CANARY';
      polluted.c = 'CANARY';
      expect(read({ b: 1 }).a).toBeUndefined();
    } finally {
      delete polluted.a;
      delete polluted.c;
    }
  });
});

describe('own', () => {
  it('[J01] copies the own properties onto a record without a prototype', () => {
    const record = own(Object.assign(Object.create({ inherited: 1 }) as object, { a: 1 }));
    expect(Object.getPrototypeOf(record)).toBeNull();
    expect(record).toEqual(own({ a: 1 }));
    expect('inherited' in record).toBe(false);
    const proto = own(JSON.parse('{"__proto__": {"x": 1}}') as object);
    expect(Object.getPrototypeOf(proto)).toBeNull();
    expect('x' in proto).toBe(false);
  });
});
