import type { CookieStore, CookiesInit } from '../src/cookies.ts';
import { isCookieStore } from '../src/cookies.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
}

/** The least that is a jar: cookies by host, without paths, dates or flags. */
export class FakeJar implements CookieStore {
  readonly cookies: Cookie[] = [];

  get size(): number {
    return this.cookies.length;
  }

  set(name: string, value: string, host: string): this {
    const at = this.cookies.findIndex((cookie) => cookie.name === name && cookie.host === host);
    if (at >= 0) this.cookies.splice(at, 1);
    this.cookies.push({ name, value, host });
    return this;
  }

  get(name: string): string | undefined {
    return this.cookies.find((cookie) => cookie.name === name)?.value;
  }

  getCookieHeader(url: string, extra?: CookieStore | null): string | undefined {
    const host = new URL(url).hostname;
    const all = [...this.cookies, ...((extra as FakeJar | null)?.cookies ?? [])];
    const found = new Map(all.filter((cookie) => cookie.host === host).map(({ name, value }) => [name, value]));
    return found.size === 0 ? undefined : Array.from(found, ([name, value]) => `${name}=${value}`).join('; ');
  }

  storeSetCookie(url: string, lines: readonly string[]): void {
    for (const line of lines) {
      const [name = '', value = ''] = line.split(';')[0]!.split('=');
      this.set(name, value, new URL(url).hostname);
    }
  }

  create(): FakeJar {
    return new FakeJar();
  }

  from(cookies: CookiesInit, url: string): FakeJar {
    if (isCookieStore(cookies)) return cookies as FakeJar;
    const jar = new FakeJar();
    for (const [name, value] of Object.entries(cookies))
      if (value !== null) jar.set(name, value, new URL(url).hostname);
    return jar;
  }

  copy(): FakeJar {
    const jar = new FakeJar();
    jar.cookies.push(...this.cookies);
    return jar;
  }

  serialize(): string {
    return JSON.stringify(this.cookies);
  }

  deserialize(text: string): FakeJar {
    const jar = new FakeJar();
    jar.cookies.push(...JSON.parse(text));
    return jar;
  }
}
