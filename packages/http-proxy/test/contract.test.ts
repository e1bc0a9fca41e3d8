import { AgentAdapter } from '@requests-ts/http-proxy';
import { describeAdapter } from '@requests-ts/testing';

describeAdapter('AgentAdapter', () => new AgentAdapter());
