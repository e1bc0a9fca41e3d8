import { afterEach, describe, expect, it, vi } from 'vitest';
import { emitWarning } from './warnings.ts';

describe('emitWarning', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('S18 B-EXC-14 goes to process.emitWarning with the name of the warning as its type', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    emitWarning('text', 'RequestsWarning');
    expect(warn.mock.calls).toEqual([['text', 'RequestsWarning']]);
  });

  it.each([
    ['there is no process', undefined],
    ['process cannot warn', {}],
  ])('S18 goes to the console where %s', (_, process) => {
    vi.stubGlobal('process', process);
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    emitWarning('text', 'RequestsWarning');
    expect(warn.mock.calls).toEqual([['RequestsWarning: text']]);
  });
});
