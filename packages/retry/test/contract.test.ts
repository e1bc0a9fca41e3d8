import { HTTPAdapter } from '@requests-ts/http';
import { describeAdapter } from '@requests-ts/testing';
import { RetryAdapter } from '../src/index.ts';

const again = 'the failure is tried again, which takes longer and is seen by the server: that is what it is for';

describeAdapter('RetryAdapter', () => new RetryAdapter(new HTTPAdapter()), {
  connectionErrors: again,
  connectTimeout: again,
  framing: again,
  informational: again,
  timeouts: again,
});
describeAdapter('RetryAdapter that retries nothing', () => new RetryAdapter(new HTTPAdapter(), false));
