import { describeAdapter } from '@requests-ts/testing';
import { DigestAuthAdapter } from '../src/index.ts';
import { NodeAdapter } from './node-adapter.ts';

const leaf = 'the small leaf of this test does not do it; HTTPAdapter does';

describeAdapter('DigestAuthAdapter', () => new DigestAuthAdapter(new NodeAdapter(), 'user', 'pass'), {
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
});
