/** The targets. */
import type { Target } from '../target.ts';
import { cookieRestoreTarget } from './cookie-restore.ts';
import { cookiesTarget } from './cookies.ts';
import { decodingTarget } from './decoding.ts';
import { digestTarget } from './digest.ts';
import { environmentTarget } from './environment.ts';
import { fieldValuesTarget } from './field-values.ts';
import { multipartTarget } from './multipart.ts';
import { optionsTarget } from './options.ts';
import { redirectTarget } from './redirect.ts';
import { responseTarget } from './response.ts';
import { textTarget } from './text.ts';
import { urlTarget } from './url.ts';

export const targets: readonly Target[] = [
  urlTarget,
  redirectTarget,
  decodingTarget,
  cookiesTarget,
  cookieRestoreTarget,
  digestTarget,
  fieldValuesTarget,
  environmentTarget,
  multipartTarget,
  optionsTarget,
  textTarget,
  responseTarget,
] as readonly unknown[] as readonly Target[];
