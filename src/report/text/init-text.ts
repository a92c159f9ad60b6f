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
  const checked = keyChecked ? `The key works at ${escapeControls(server)}.` : 'The key was not tried.';
  return `${style.green('✔')} ${style.bold(`Wrote ${escapeControls(file)}`)}, readable by you only. ${checked}
Next:
  miso users validate users.csv    what would be rejected, without sending anything
  miso users upload users.csv      store the records
`;
}
