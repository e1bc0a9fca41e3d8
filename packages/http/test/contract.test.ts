import { HTTPAdapter } from '@requests-ts/http';
import { describeAdapter } from '@requests-ts/testing';

describeAdapter('HTTPAdapter', () => new HTTPAdapter());
