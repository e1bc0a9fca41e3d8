// The order of these two imports matters: see globals.ts.

import { Client, errors } from 'undici';
import { restoreGlobals } from './globals.ts';

restoreGlobals();

export { Client, errors };
