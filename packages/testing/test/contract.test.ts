import { describeAdapter } from '@requests-ts/testing';
import { NodeAdapter } from './node-adapter.ts';

describeAdapter('NodeAdapter', () => new NodeAdapter());
