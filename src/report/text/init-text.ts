import { escapeControls, shellWord } from '../../text.ts';
import type { Style } from './style.ts';

/** What `miso init` did. */
export interface InitResult {
  readonly file: string;
  readonly server: string;
  readonly keyChecked: boolean;
  readonly git: string;
  /** Commands find the file without --config. */
  readonly isFound: boolean;
}

/** What was written, and what to run next. */
export function initText({ file, server, keyChecked, isFound }: InitResult, style: Style): string {
  const config = isFound ? '' : ` --config ${shellWord(file)}`;
  const line = (command: string) => style.bold(escapeControls(`miso users ${command}${config}`));
  const key = keyChecked ? `The key works at ${escapeControls(server)}` : 'The key was not checked';
  return `${style.green('✔')} ${style.bold(`Wrote ${escapeControls(file)}`)}, readable only by you
  ${key}

Next:
  ${line('validate FILE')}  check records without sending anything
  ${line('upload FILE')}    upload them
`;
}
