/** Cells know the head of their column: a phone shows a row as a card, where the head is out of sight. */
import type { MarkdownRenderer } from 'vitepress';

export function tableLabels(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('table-labels', (state) => {
    let heads: string[] = [];
    let column = 0;
    for (const [index, token] of state.tokens.entries()) {
      if (token.type === 'table_open') heads = [];
      if (token.type === 'tr_open') column = 0;
      if (token.type === 'th_open') heads.push(state.tokens[index + 1]?.content.replaceAll('`', '') ?? '');
      if (token.type === 'td_open') {
        const label = heads[column++];
        if (label) token.attrSet('data-label', label);
      }
    }
  });
}
