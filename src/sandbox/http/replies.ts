/** One answer, ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type: 'application/json' | 'text/html' | 'text/plain';
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where in the request a fault lies, in the shape in which Miso lists the faults of a body. */
export interface RequestError {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** An answer of JSON. */
export function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** `{"message": …}` and nothing else, as Miso answers when there is nothing to list. */
export function message(status: number, text: string): Reply {
  return json(status, { message: text });
}

/** The page that a gateway in front of Miso would answer with. */
export function gatewayPage(status: number): Reply {
  const title = `${status} ${gatewayTitles.get(status) ?? 'Error'}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, type: 'text/html', body };
}

/** 422: the body, or a query parameter, is not what the endpoint takes. */
export function malformed(...errors: readonly RequestError[]): Reply {
  return json(422, { message: 'Request schema error. See "data.errors" for details', data: { errors } });
}

/** 422: nothing of the upload was stored; `lines` says why. */
export function nothingInserted(lines: readonly string[]): Reply {
  return json(422, {
    errors: true,
    message:
      'None of the records are inserted, because at least one of them contain schema errors. Please see `data` field for details.',
    data: lines,
  });
}

/** What Miso answers with `status` when nothing more is known; an unknown status gets a bare message. */
export function defaultReply(status: number): Reply {
  const text = defaultMessages.get(status);
  if (status === 400) return json(400, { 'message:': 'Request timeout.' }); // the contract's key does end in a colon
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
