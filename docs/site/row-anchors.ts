/** `<!-- M24 M26..M28 -->` says which rows of the feature list a section shows; the site gets an anchor for each. */
import type { MarkdownRenderer } from 'vitepress';

const comment = /<!--((?:\s+[MS]\d+(?:\.\.[MS]?\d+)?)+)\s+-->/g;

/** The ids of every such comment in a text, in order. */
export function rowIds(text: string): string[] {
  return Array.from(text.matchAll(comment), ([, list = '']) => expand(list)).flat();
}

function expand(list: string): string[] {
  return list
    .trim()
    .split(/\s+/)
    .flatMap((entry) => {
      const [, letter = '', first = '', last = first] = /^([MS])(\d+)(?:\.\.[MS]?(\d+))?$/.exec(entry) ?? [];
      return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${letter}${Number(first) + i}`);
    });
}

/** Puts an anchor where a comment names a row. */
export function rowAnchors(markdown: MarkdownRenderer): void {
  const render = markdown.renderer.rules.html_block;
  markdown.renderer.rules.html_block = (tokens, index, options, env, self) => {
    const text = render ? render(tokens, index, options, env, self) : (tokens[index]?.content ?? '');
    return text.replace(comment, (whole) =>
      rowIds(whole)
        .map((id) => `<span id="${id}" class="row"></span>`)
        .join(''),
    );
  };
}
