import { type BaseAdapter, checkAdapter } from './adapter.ts';
import { asciiLower } from './ascii.ts';
import { printAs } from './inspect.ts';

interface Mount {
  readonly prefix: string;
  adapter: BaseAdapter;
}

/**
 * The adapters of a session by URL prefix, the longest first; equally long ones in the order in which they were mounted
 * (Requests: "Transport Adapters").
 */
export class AdapterMap implements Iterable<[prefix: string, adapter: BaseAdapter]> {
  /** By prefix in lower case. One look-up per distinct length finds the longest match, however many are mounted. */
  readonly #mounts: Map<string, Mount> = new Map();
  #lengths: number[] = [];

  /** Mounting a prefix again replaces its adapter and keeps its place; the old one is not closed. @throws TypeError for what is no adapter. */
  mount(prefix: string, adapter: BaseAdapter): void {
    checkAdapter(adapter);
    const key = mountKey(prefix);
    const known = this.#mounts.get(key);
    if (known) known.adapter = adapter;
    else this.#mounts.set(key, { prefix, adapter });
    this.#measure();
  }

  /**
   * The adapter of the longest prefix that starts `url`, compared without case, userinfo and a port that is the scheme's default; undefined when
   * none does.
   */
  get(url: string): BaseAdapter | undefined {
    const text = withoutUserinfo(url);
    for (const length of this.#lengths) {
      const start = text.slice(0, length);
      // Prepared URLs begin in lower case already.
      const mount = this.#mounts.get(start) ?? this.#mounts.get(asciiLower(start));
      if (mount) return mount.adapter;
    }
    return undefined;
  }

  delete(prefix: string): boolean {
    const deleted = this.#mounts.delete(mountKey(prefix));
    this.#measure();
    return deleted;
  }

  get size(): number {
    return this.#mounts.size;
  }

  keys(): string[] {
    return Array.from(this, ([prefix]) => prefix);
  }

  values(): BaseAdapter[] {
    return Array.from(this, ([, adapter]) => adapter);
  }

  *[Symbol.iterator](): Iterator<[string, BaseAdapter]> {
    // Sorting is stable: equal lengths keep the order of mounting.
    const sorted = [...this.#mounts.values()].sort((a, b) => b.prefix.length - a.prefix.length);
    for (const { prefix, adapter } of sorted) yield [prefix, adapter];
  }

  static {
    printAs(this, (self) => Object.fromEntries(self));
  }

  #measure(): void {
    this.#lengths = [...new Set(Array.from(this.#mounts.keys(), (prefix) => prefix.length))].sort((a, b) => b - a);
  }
}

/** What a prefix is compared as; one that ends in the default port ends its authority. */
function mountKey(prefix: string): string {
  const bare = withoutUserinfo(prefix);
  return asciiLower(bare === prefix || bare.includes('/', 8) ? bare : `${bare}/`);
}

function withoutUserinfo(url: string): string {
  // Most URLs have neither, and every request asks.
  if (!/@|:(?:80|443)(?!\d)/.test(url)) return url;
  return url
    .replace(/^(https?:\/\/)[^/?#]*@/i, '$1')
    .replace(/^(?:(http:\/\/[^/?#]*):80|(https:\/\/[^/?#]*):443)(?=[/?#]|$)/i, '$1$2');
}
