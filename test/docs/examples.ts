/** One fenced block of a page that is meant to be run. */
export interface Example {
  readonly page: string;
  /** The line of the page on which the block starts, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

const marked = /^<!-- run(?: yaml)? -->\n```(\w+)\n(.*?)^```$/gms;

/** The blocks of a page under the mark `<!-- run -->`. */
export function examplesOf(page: string, content: string): Example[] {
  return [...content.matchAll(marked)].map(({ index, 1: language = '', 2: text = '' }) => ({
    page,
    line: content.slice(0, index).split('\n').length + 1,
    language,
    text,
  }));
}
