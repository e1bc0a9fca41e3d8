/** Multipart forms: what makes `files:` a body, streamed uploads of any size, and the way back. */
export { guessFilename } from './disposition.ts';
export { createEncodeFiles, type EncodeFilesOptions, encodeFiles } from './encode-files.ts';
export type { EncoderFields, EncoderValue } from './fields.ts';
export { FileFromURLWrapper, FileNotSupportedError } from './file-from-url-wrapper.ts';
export { MultipartAdapter } from './multipart-adapter.ts';
export type { MultipartBody } from './multipart-body.ts';
export {
  BodyPart,
  ImproperBodyPartContentException,
  MultipartDecoder,
  type MultipartDecoderOptions,
  NonMultipartContentTypeException,
} from './multipart-decoder.ts';
export { MultipartEncoder, type MultipartEncoderOptions } from './multipart-encoder.ts';
export { type MonitorCallback, MultipartEncoderMonitor } from './multipart-encoder-monitor.ts';
export type { PartContent, SizeOf } from './source.ts';
export { StreamingIterator } from './streaming-iterator.ts';
