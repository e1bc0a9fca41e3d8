/** Name, value, name, value... as text: latin-1 buffers from HTTP/1, an object from HTTP/2. */
export function toFlat(raw: unknown): string[] {
  if (Array.isArray(raw)) return toTexts(raw);
  const fields = raw as Readonly<Record<string, string | readonly string[]>>;
  const flat: string[] = [];
  for (const name of Object.keys(fields)) {
    if (name.startsWith(':')) continue;
    const value = fields[name]!;
    if (typeof value === 'string') flat.push(name, value);
    else for (const line of value) flat.push(name, line);
  }
  return flat;
}

/** A head lies in one piece of memory, nearly always: to convert the whole and cut it costs half of converting every part. */
function toTexts(parts: readonly Buffer[]): string[] {
  const [first] = parts;
  if (!first) return [];
  const { buffer, byteOffset: start } = first;
  const last = parts.at(-1)!;
  const end = last.buffer === buffer ? last.byteOffset + last.length : start;
  const whole = end > start ? Buffer.from(buffer, start, end - start).toString('latin1') : '';
  const texts: string[] = [];
  for (const part of parts) {
    const at = part.byteOffset - start;
    const inside = part.buffer === buffer && at >= 0 && at + part.length <= whole.length;
    texts.push(inside ? whole.slice(at, at + part.length) : part.toString('latin1'));
  }
  return texts;
}
