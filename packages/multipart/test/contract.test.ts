import { HTTPAdapter } from '@requests-ts/http';
import { describeAdapter } from '@requests-ts/testing';
import { MultipartAdapter } from '../src/index.ts';

describeAdapter('MultipartAdapter', () => new MultipartAdapter(new HTTPAdapter()));
