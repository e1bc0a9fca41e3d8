import { describeAdapter } from '@requests-ts/testing';
import { RetryAdapter } from '../src/index.ts';
import { NodeAdapter } from './node-adapter.ts';

const leaf = 'the small leaf of this test does not do it; HTTPAdapter does';
const claims = {
  informational: leaf,
  invalidRequests: leaf,
  bodies: leaf,
  streamedUploads: leaf,
  uploadErrors: leaf,
  gzip: leaf,
  deflate: leaf,
  brotli: leaf,
  zstd: leaf,
  reuse: leaf,
  close: leaf,
  timeouts: leaf,
  connectTimeout: leaf,
  totalTimeout: leaf,
  truncation: leaf,
  framing: leaf,
  secrets: leaf,
  tls: leaf,
  clientCertificates: leaf,
};

describeAdapter('RetryAdapter', () => new RetryAdapter(new NodeAdapter()), {
  ...claims,
  connectionErrors: 'it sends again after a connection error: that is what it is for',
});

describeAdapter('RetryAdapter that retries nothing', () => new RetryAdapter(new NodeAdapter(), false), claims);
