/**
 * An error that a person can act on: `message` says what is wrong, `next` what to do.
 * Everything that is not a HumanError is a bug and goes to the log with its stack.
 */
export class HumanError extends Error {
  override readonly name = 'HumanError';
  constructor(
    message: string,
    readonly next: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
