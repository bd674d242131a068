/** A statement failed. The stream goes on: the error is that statement's answer. */
export class StatementError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The client broke the protocol or came too late: HTTP 400, and its stream is over. */
export class ProtocolError extends Error {
  readonly code: string;

  constructor(message: string, options: { code?: string; cause?: unknown } = {}) {
    super(message, options);
    this.code = options.code ?? 'PROTOCOL_ERROR';
  }
}
