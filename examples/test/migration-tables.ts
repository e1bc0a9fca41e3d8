import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../docs/migration', import.meta.url));

/** One form of ours in a table of a migration guide, as a program that the compiler can check. */
export interface Form {
  /** File and line, such as `docs/migration/python.md:40`. */
  readonly name: string;
  readonly code: string;
}

/** What the forms take for granted, as the guides say above their tables. */
const prelude = `import requests, * as all from 'requests-ts';
import type { PreparedRequest } from 'requests-ts';
const { AuthBase, BaseAdapter, BaseUrlSession, CaseInsensitiveDict, codes, HTTPAdapter, HTTPBasicAuth, HTTPDigestAuth, HTTPProxyAuth } = { ...requests, ...all, ...all.structures };
const { HTTPError, RequestException, ConnectionError, Timeout, Retry, RetryAdapter, Request, Session, RequestsCookieJar, MultipartEncoder, Response, serialize } = { ...requests, ...all };
declare const url: string;
declare const response: all.Response;
declare const session: all.Session;
declare const request: all.Request;
declare const prepared: all.PreparedRequest;
declare const jar: all.RequestsCookieJar;
declare const encoder: all.MultipartEncoder;
declare const error: unknown;
declare const payload: { name: string };
declare const file: Blob;
declare const bytes: Uint8Array;
declare const hook: all.Hook;
declare const adapter: all.BaseAdapter;
declare const signal: AbortSignal;
declare const schema: all.StandardSchema<{ name: string }>;
interface Item { readonly name: string }
`;

/** The inline code of the columns headed "here" or "requests-ts". */
export function tableForms(): Form[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => formsOf(file));
}

function formsOf(file: string): Form[] {
  const forms: Form[] = [];
  let column = -1;
  for (const [index, line] of readFileSync(join(folder, file), 'utf8').split('\n').entries()) {
    if (!line.startsWith('|')) {
      column = -1;
      continue;
    }
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (column < 0) column = cells.findIndex((cell) => cell === 'here' || cell === 'requests-ts');
    for (const [, code = ''] of column < 0 ? [] : (cells[column] ?? '').matchAll(/`([^`]+)`/g))
      forms.push({ name: `docs/migration/${file}:${index + 1}`, code: program(code.replaceAll('\\|', '|')) });
  }
  return forms;
}

/** An import stands alone; an object is what a call takes; anything else is a statement. */
function program(code: string): string {
  if (code.startsWith('import ')) return code;
  if (code.startsWith('{')) return `${prelude}void requests.request('GET', url, ${code});`;
  return `${prelude}{ ${code}; }`;
}
