/** Header values that are lists or dictionaries (RFC 9110 §5.6.1; Requests: `parse_list_header`, `parse_dict_header`). */

/** The items of a comma list; commas inside quoted strings do not split, a quoted item loses its quotes, and a comma at the end begins no item. */
export function parseListHeader(value: string): string[] {
  const items: string[] = [];
  let item = '';
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!;
    if (quoted && char === '\\' && at + 1 < value.length) item += char + value[++at];
    else if (char === ',' && !quoted) {
      items.push(item);
      item = '';
    } else {
      if (char === '"') quoted = !quoted;
      item += char;
    }
  }
  if (item !== '') items.push(item);
  return items.map((text) => text.trim()).map((text) => (isQuoted(text) ? unquoteHeaderValue(text) : text));
}

/** The items split at their first "="; null for an item without one. */
export function parseDictHeader(value: string): Map<string, string | null> {
  const parsed = new Map<string, string | null>();
  for (const item of parseListHeader(value)) {
    const at = item.indexOf('=');
    if (at < 0) parsed.set(item, null);
    else {
      const text = item.slice(at + 1);
      parsed.set(item.slice(0, at), isQuoted(text) ? unquoteHeaderValue(text) : text);
    }
  }
  return parsed;
}

function isQuoted(text: string): boolean {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"');
}

/**
 * The text of a quoted string, escapes undone; anything else as it is.
 *
 * @param isFilename Leaves the two backslashes that begin a UNC name alone.
 */
export function unquoteHeaderValue(value: string, isFilename = false): string {
  if (!isQuoted(value)) return value;
  const inner = value.slice(1, -1);
  return isFilename && inner.startsWith('\\\\') ? inner : inner.replace(/\\([\\"])/g, '$1');
}
