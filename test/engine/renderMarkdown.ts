import MarkdownIt from 'markdown-it';

// A CommonMark parser with tables and raw HTML, as VS Code's hover has them.
const parser = new MarkdownIt({ html: true, linkify: false });

/** All tokens of a document, inner ones in their order. */
export function tokensOf(markdown: string): ReturnType<typeof parser.parse> {
  return parser.parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])]);
}

/** What a person sees: texts and code, line ends and block ends as newlines. */
export function visibleText(markdown: string): string {
  return tokensOf(markdown)
    .map(({ type, content }) => {
      if (type === 'text' || type === 'code_inline' || type === 'text_special') return content;
      if (type === 'td_close' || type === 'th_close') return '|';
      return /^(softbreak|hardbreak|paragraph_close|tr_close|hr)$/.test(type) ? '\n' : '';
    })
    .join('')
    .trim();
}

/** Addresses of the document's links and images. */
export const linksOf = (markdown: string): string[] =>
  tokensOf(markdown).flatMap((token) => String(token.attrGet('href') ?? token.attrGet('src') ?? '') || []);

/** Kinds of all tokens, each once. */
export const kindsOf = (markdown: string): string[] =>
  [...new Set(tokensOf(markdown).map((token) => token.type))].sort();

/** Icons as VS Code draws them: whatever is `$(name)` in the Markdown without an entity or escape between. */
export const iconsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/\$\\?\(([^)]*)\)/g)].map(([, name]) => name ?? '');
