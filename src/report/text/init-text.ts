import { escapeControls } from '../../text.ts';
import type { Style } from './style.ts';

/** What `miso init` did. */
export interface InitResult {
  readonly file: string;
  readonly server: string;
  readonly keyChecked: boolean;
  readonly git: string;
}

/** What was written, and what to type next. */
export function initText({ file, server, keyChecked }: InitResult, style: Style): string {
  const key = keyChecked ? `The key works at ${escapeControls(server)}` : 'The key was not checked';
  return `${style.green('✔')} ${style.bold(`Wrote ${escapeControls(file)}`)}, readable only by you
  ${key}

Next:
  ${style.bold('miso users validate users.csv')}  check records without sending anything
  ${style.bold('miso users upload users.csv')}    upload them
`;
}
