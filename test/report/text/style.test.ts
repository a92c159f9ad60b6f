import { expect, it } from 'vitest';
import { createStyle, usesColor } from '../../../src/report/text/style.ts';

it.each([
  [true, undefined, {}, true],
  [false, undefined, {}, false],
  [true, undefined, { TERM: 'dumb' }, false],
  [true, undefined, { NO_COLOR: '1' }, false],
  [true, undefined, { NO_COLOR: '' }, true],
  [false, undefined, { FORCE_COLOR: '1' }, true],
  [false, undefined, { FORCE_COLOR: 'true' }, true],
  [true, undefined, { FORCE_COLOR: '0' }, false],
  [true, undefined, { FORCE_COLOR: '' }, true],
  [true, undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  [false, true, { NO_COLOR: '1' }, true],
  [true, false, { FORCE_COLOR: '1' }, false],
])('a terminal: %s, the flag: %s, the environment: %j: color %s', (isTTY, flag, env, wanted) => {
  expect(usesColor({ isTTY, flag, env })).toBe(wanted);
  expect(createStyle({ isTTY, flag, env }).red('x')).toBe(wanted ? '\u001b[31mx\u001b[39m' : 'x');
});
