/** A reply, ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type: 'application/json' | 'text/html' | 'text/plain';
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in a request and its location, in the form in which Miso lists them. */
export interface RequestError {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** A JSON reply. */
export function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** A reply with only `{"message": …}`, as Miso answers when there is nothing to list. */
export function message(status: number, text: string): Reply {
  return json(status, { message: text });
}

/** The HTML page of a gateway in front of Miso. */
export function gatewayPage(status: number): Reply {
  const title = `${status} ${gatewayTitles.get(status) ?? 'Error'}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, type: 'text/html', body };
}

/** 422: the body or a query parameter is not valid for the endpoint. */
export function malformed(...errors: readonly RequestError[]): Reply {
  return json(422, { message: 'Request schema error. See "data.errors" for details', data: { errors } });
}

/** 422: no record of the upload was stored. `lines`: the reasons. */
export function nothingInserted(lines: readonly string[]): Reply {
  return json(422, {
    errors: true,
    message:
      'None of the records are inserted, because at least one of them contain schema errors. Please see `data` field for details.',
    data: lines,
  });
}

/** Miso's usual reply with a status. */
export function defaultReply(status: number): Reply {
  const text = defaultMessages.get(status);
  if (status === 400) return json(400, { 'message:': 'Request timeout.' }); // the key ends in a colon in the published contract
  if (status === 413) return gatewayPage(413);
  if (text !== undefined) return message(status, text);
  return message(status, status >= 500 ? serverError : `status ${status}`);
}

const serverError = 'Something went wrong. Please contact miso product team.';

const defaultMessages: ReadonlyMap<number, string> = new Map([
  [401, 'invalid api key.'],
  [
    403,
    'Request is denied due to bot blocking. Please only access this API from a real browser or use Secret API Key instead.',
  ],
  [404, 'not found'],
  [405, 'method not allowed'],
  [429, 'too many requests'],
]);

const gatewayTitles: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [413, 'Request Entity Too Large'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Temporarily Unavailable'],
  [504, 'Gateway Time-out'],
]);
