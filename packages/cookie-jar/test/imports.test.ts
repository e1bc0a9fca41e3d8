import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const source = new URL('../src/', import.meta.url);

describe('the package', () => {
  it('[K05] touches no file system: it imports core and tough-cookie, nothing else', () => {
    const files = readdirSync(source).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const imported = new Set<string>();
    for (const file of files) {
      for (const [, from = ''] of readFileSync(new URL(file, source), 'utf8').matchAll(
        /^(?:import|export|\}) .*?from '([^']+)'/gm,
      )) {
        if (!from.startsWith('./')) imported.add(from);
      }
    }
    expect([...imported].toSorted()).toEqual(['@requests-ts/core', '@requests-ts/core/authors', 'tough-cookie']);
  });
});
