/** What a bug report needs (Requests: `requests.help`). */
import { VERSION } from '@requests-ts/core';

/** Versions of everything that takes part; no name, path or variable of the user's. */
export interface HelpInfo {
  readonly requests: { readonly version: string };
  readonly implementation: { readonly name: string; readonly version: string };
  readonly platform: { readonly system: string; readonly architecture: string };
  readonly ssl: { readonly version: string };
  /** By component of the runtime: `undici` is the one built into it, not the one of HTTPAdapter. */
  readonly components: Readonly<Record<string, string | undefined>>;
}

/** `console.log(JSON.stringify(info(), null, 2))` is what to paste into an issue. */
export function info(): HelpInfo {
  const { versions, platform, arch, release } = process;
  const { openssl = '', zlib, brotli, zstd, undici, llhttp, nghttp2 } = versions;
  return {
    requests: { version: VERSION },
    implementation: { name: release.name, version: versions.node },
    platform: { system: platform, architecture: arch },
    ssl: { version: openssl },
    components: { zlib, brotli, zstd, undici, llhttp, nghttp2 },
  };
}
