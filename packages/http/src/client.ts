// biome-ignore-start assist/source/organizeImports: the first must run before the second, see globals.ts.
import { restoreGlobals } from './globals.ts';
// By its file: Bun answers to the bare name with a stand-in of its own, whose clients cannot send.
import { Client, errors } from 'undici/index.js';
// biome-ignore-end assist/source/organizeImports: as above.

restoreGlobals();

export { Client, errors };
