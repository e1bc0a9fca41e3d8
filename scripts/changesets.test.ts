import { describe, expect, it } from 'vitest';
import { changelogSection, nextVersion, parseChangeset } from './changesets.ts';

describe('parseChangeset', () => {
  it('reads the bumps and the text', () => {
    expect(parseChangeset('---\n"@requests-ts/core": minor\nrequests-ts: patch\n---\n\nTwo words.\n')).toEqual({
      bumps: new Map([
        ['@requests-ts/core', 'minor'],
        ['requests-ts', 'patch'],
      ]),
      text: 'Two words.',
    });
  });

  it('leaves files alone that are no changesets', () => {
    expect(parseChangeset('# Changesets\n\n---\n')).toBeUndefined();
  });

  it('refuses a bump that there is not', () => {
    expect(() => parseChangeset('---\n"requests-ts": huge\n---\n\nText.\n')).toThrow(SyntaxError);
  });
});

describe('nextVersion', () => {
  it.each([
    ['0.1.4', [], '0.1.4'],
    ['0.1.4', ['patch'], '0.1.5'],
    ['0.1.4', ['patch', 'minor'], '0.2.0'],
    ['0.1.4', ['minor', 'major', 'patch'], '1.0.0'],
  ])('%s after %j is %s', (version, bumps, next) => {
    expect(nextVersion(version, bumps)).toBe(next);
  });
});

describe('changelogSection', () => {
  const changelog = '# requests-ts\n\n## 0.2.0\n\n- new\n\n## 0.1.0\n\n- old\n';

  it('gives what was said about one version', () => {
    expect(changelogSection(changelog, '0.2.0')?.trim()).toBe('- new');
    expect(changelogSection(changelog, '0.1.0')?.trim()).toBe('- old');
  });

  it('gives nothing for a version without a heading', () => {
    expect(changelogSection(changelog, '0.3.0')).toBeUndefined();
  });
});
