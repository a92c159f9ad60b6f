import { describe, expect, it } from 'vitest';
import { TaskErrors } from '../../../src/upload/outcome/task-errors.ts';

describe('task errors without a record', () => {
  it('are counted in one warning per message', () => {
    const errors = new TaskErrors();
    for (const line of ['disk full', 'timeout', 'disk full']) errors.add(line);
    expect(errors.warnings.map(({ message, count }) => [message, count])).toEqual([
      ['A task failed with an error that names no record: disk full', 2],
      ['A task failed with an error that names no record: timeout', 1],
    ]);
  });

  it('use a limited amount of memory, even if each is different', () => {
    const errors = new TaskErrors();
    for (let n = 0; n < 5000; n++) errors.add(`task ${n} failed`);
    const { warnings } = errors;
    expect(warnings).toHaveLength(101);
    expect(warnings.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(5000);
    expect(warnings.at(-1)).toMatchObject({ count: 4900 });
  });
});
