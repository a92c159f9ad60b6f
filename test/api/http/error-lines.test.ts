import { describe, expect, it } from 'vitest';
import { errorLines } from '../../../src/api/http/error-lines.ts';

describe('error lines', () => {
  it('are kept word for word, in any form', () => {
    expect(errorLines({ data: ['a', { msg: 'm' }, { odd: 1 }, 7] })).toEqual(['a', 'm', '{"odd":1}', '7']);
    expect(errorLines({ data: 'one' })).toEqual(['one']);
    expect(errorLines({ data: '' })).toEqual([]);
    expect(errorLines(undefined)).toEqual([]);
  });

  it('name the record that the framework locates', () => {
    const detail = [
      { loc: ['body', 'data', 3, 'age'], msg: 'value is not a valid integer', type: 'type_error.integer' },
      { loc: ['body', 'data', 0], msg: 'none is not an allowed value', type: 'type_error' },
      { loc: ['body', 'data', 1, 'custom_attributes', 'tags', 2], msg: 'str type expected', type: 't' },
      { loc: ['body', 'data', 'user_ids', 4], msg: 'str type expected', type: 't' },
    ];
    const lines = [
      'data.3.age is invalid. value is not a valid integer',
      'data.0 is invalid. none is not an allowed value',
      'data.1.custom_attributes.tags.2 is invalid. str type expected',
      'data.4 is invalid. str type expected',
    ];
    expect(errorLines({ detail })).toEqual(lines);
    expect(errorLines({ message: 'Request schema error.', data: { errors: detail } })).toEqual(lines);
  });

  it('name none when the body as a whole is malformed', () => {
    const errors = [{ loc: ['body', 35], msg: 'Expecting value', type: 'value_error.jsondecode' }];
    expect(errorLines({ message: 'm', data: { errors } })).toEqual(['body.35: Expecting value']);
    expect(errorLines({ detail: 'Not allowed' })).toEqual(['Not allowed']);
  });
});
