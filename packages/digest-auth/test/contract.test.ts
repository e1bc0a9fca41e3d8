import { HTTPAdapter } from '@requests-ts/http';
import { describeAdapter } from '@requests-ts/testing';
import { DigestAuthAdapter } from '../src/index.ts';

describeAdapter('DigestAuthAdapter', () => new DigestAuthAdapter(new HTTPAdapter(), 'user', 'pass'));
