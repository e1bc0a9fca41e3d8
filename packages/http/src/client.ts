// biome-ignore-start assist/source/organizeImports: the first must run before the second, see globals.ts.
import { restoreGlobals } from './globals.ts';
import { Client, errors } from 'undici';
// biome-ignore-end assist/source/organizeImports: as above.

restoreGlobals();

export { Client, errors };
