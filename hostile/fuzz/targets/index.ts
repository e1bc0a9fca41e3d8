/** The targets. */
import type { Target } from '../target.ts';
import { cookieRestoreTarget } from './cookie-restore.ts';
import { cookiesTarget } from './cookies.ts';
import { decodingTarget } from './decoding.ts';
import { digestTarget } from './digest.ts';
import { environmentTarget } from './environment.ts';
import { fieldValuesTarget } from './field-values.ts';
import { http2Target } from './http2.ts';
import { multipartTarget } from './multipart.ts';
import { optionsTarget } from './options.ts';
import { redirectTarget } from './redirect.ts';
import { requestTarget } from './request.ts';
import { responseTarget } from './response.ts';
import { sequencesTarget } from './sequences.ts';
import { textTarget } from './text.ts';
import { tunnelTarget } from './tunnel.ts';
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
  requestTarget,
  responseTarget,
  tunnelTarget,
  http2Target,
  sequencesTarget,
] as readonly unknown[] as readonly Target[];
