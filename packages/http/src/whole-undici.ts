// biome-ignore-start assist/source/organizeImports: the first must run before the second, see globals.ts.
import { withoutItsGlobals } from './globals.ts';
// By its file: Bun answers to the bare name with a stand-in of its own, whose clients cannot send.
import { Client } from 'undici/index.js';
// biome-ignore-end assist/source/organizeImports: as above.

export const WholeClient: typeof Client = withoutItsGlobals(Client);
