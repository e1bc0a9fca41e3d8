import type { Kind } from '../job.ts';
import { aborts } from './aborts.ts';
import { answers } from './answers.ts';
import { failures } from './failures.ts';
import { streams } from './streams.ts';

/** Everything that can become of a request. */
export const kinds: readonly Kind[] = [...answers, ...streams, ...failures, ...aborts];
